// tests/integration/signals_test.cpp - signals are answered at once, whatever change is under way.
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "support/berthd_process.h"
#include "texts.h"

namespace berth::test {
namespace {

// A host whose reload waits for the client of a service that is gone from the ini.
class DrainingHost {
public:
    DrainingHost() {
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        host.configure(kept);
        host.signal(SIGHUP);
        const auto draining = [this] {
            return count(host.control("json services"), "\"draining\"") != 0;
        };
        CPPUNIT_ASSERT(waitUntil(draining));
    }

    // `text` was logged so many times, or will soon be.
    bool logged(const std::string& text, std::size_t times = 1) const {
        return waitUntil([&] { return count(host.output(), text) == times; });
    }

    const std::string kept = "[service:greet]\nlisten = 0\n";
    BerthdProcess host{kept + "[service:echo]\nlisten = 0\ndrain_timeout = 10m\n"};
    TcpClient client = host.connect("echo");
};

class SignalsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignalsTest);
    CPPUNIT_TEST(endsBehindADrainingReload);
    CPPUNIT_TEST(endsThoughAnUpgradeWaits);
    CPPUNIT_TEST(reopensLogsBehindADrainingReload);
    CPPUNIT_TEST(makesOneReloadOfThoseThatWait);
    CPPUNIT_TEST(cutsBehindTheNewProcess);
    CPPUNIT_TEST_SUITE_END();

    static void endsInSpiteOf(int waiting) {
        DrainingHost draining;
        draining.host.signal(waiting);
        draining.host.signal(SIGTERM);
        CPPUNIT_ASSERT(draining.logged("host: draining"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(draining.client, "y"));
        draining.host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, draining.host.wait().value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::string(), draining.client.receiveAll());
    }

    void endsBehindADrainingReload() { endsInSpiteOf(SIGHUP); }
    void endsThoughAnUpgradeWaits() { endsInSpiteOf(SIGUSR2); }

    void reopensLogsBehindADrainingReload() {
        DrainingHost draining;
        draining.host.signal(SIGHUP);
        draining.host.signal(SIGUSR1);
        CPPUNIT_ASSERT(draining.logged("logs reopened"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(draining.client, "y"));
    }

    void makesOneReloadOfThoseThatWait() {
        DrainingHost draining;
        auto& host = draining.host;
        for (std::size_t i = 1; i <= 3; ++i) {
            host.signal(SIGHUP);
            host.signal(SIGUSR1);  // taken after HUP: the kernel's order is that of the numbers
            CPPUNIT_ASSERT(draining.logged("logs reopened", i));
        }
        host.configure(draining.kept + "[service:uppercase]\nlisten = 0\n");
        draining.client.finishSending();
        CPPUNIT_ASSERT(draining.logged("reload: applied", 2));
        auto client = host.connect("uppercase");
        CPPUNIT_ASSERT_EQUAL(std::string("X"), answer(client, "x"));
        host.configure(draining.kept + "[service:last]\nplugin = echo\nlisten = 0\n");
        client.finishSending();
        host.signal(SIGHUP);
        CPPUNIT_ASSERT(draining.logged("reload: applied", 3));
        CPPUNIT_ASSERT(count(host.control("services"), "last") != 0);
    }

    void cutsBehindTheNewProcess() {
        BerthdProcess host("[service:echo]\nlisten = 0\ndrain_timeout = 10m\n");
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        CPPUNIT_ASSERT(host.control("upgrade").starts_with("OK"));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalsTest);

}  // namespace
}  // namespace berth::test
