// tests/integration/guarded_reload_test.cpp - what a reload leaves alone, and what it refuses.
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class GuardedReloadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GuardedReloadTest);
    CPPUNIT_TEST(refusesAFileThatWasEmptied);
    CPPUNIT_TEST(refusesToRemoveEveryService);
    CPPUNIT_TEST(removesEveryServiceWhenAskedByName);
    CPPUNIT_TEST(removesEveryServiceWhenTheFileSaysSo);
    CPPUNIT_TEST(leavesStoppedWhatAnOperatorStopped);
    CPPUNIT_TEST(leavesStoppedWhatAnOperatorDrained);
    CPPUNIT_TEST(leavesARateThatIsUsedUp);
    CPPUNIT_TEST(opensTheSamePortAtAnotherAddress);
    CPPUNIT_TEST(opensTheSamePortForAnotherService);
    CPPUNIT_TEST(exchangesPortsAndAddresses);
    CPPUNIT_TEST(keepsTheOldAddressWhenTheRestIsRefused);
    CPPUNIT_TEST(keepsAPortThatWasChosen);
    CPPUNIT_TEST_SUITE_END();

    const std::string echo_ = "[service:echo]\nlisten = 0\n";

    static std::string listen(const std::string& service, const std::string& host,
                              std::uint16_t port) {
        return "[service:" + service + "]\nlisten = " + host + ":" + std::to_string(port) + "\n";
    }

    static void expectOk(const std::string& reply) { CHECK(startsWith(reply, "OK")); }

    static void expectAnswer(std::uint16_t port, const std::string& expected) {
        TcpClient client(port);
        CPPUNIT_ASSERT_EQUAL(expected, answer(client, "x"));
    }

    void refusesAFileThatWasEmptied() {
        BerthdProcess host(echo_);
        host.folder().write("berth.ini", "");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR bad-config"));
        CHECK(contains(reply, "the file has no section"));
        host.signal(SIGHUP);
        CHECK(waitUntil([&] { return contains(host.output(), "reload refused"); }));
        expectAnswer(host.port("echo"), "x");
    }

    void refusesToRemoveEveryService() {
        BerthdProcess host(echo_);
        host.configure("");
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR refused it would remove every"));
        CHECK(contains(reply, "reload remove-all"));
        const auto plan = host.control("reload plan");
        CHECK(contains(plan, "a reload is refused: it would remove every"));
        host.signal(SIGHUP);
        CHECK(waitUntil([&] { return contains(host.output(), "reload refused: it"); }));
        expectAnswer(host.port("echo"), "x");
    }

    void removesEveryServiceWhenAskedByName() {
        BerthdProcess host(echo_);
        host.configure("");
        const auto reply = host.control("reload remove-all");
        CHECK(contains(reply, "remove echo"));
        expectOk(host.control("reload"));  // nothing is left to be removed
    }

    void removesEveryServiceWhenTheFileSaysSo() {
        BerthdProcess host(echo_, {.hostKeys = "allow_empty = on\n"});
        host.configure("");
        const auto reply = host.control("reload");
        CHECK(contains(reply, "remove echo"));
    }

    void leavesStoppedWhatAnOperatorStopped() {
        BerthdProcess host(echo_);
        expectOk(host.control("stop echo"));
        host.configure(echo_ + "max_connections = 7\n");
        const auto line = "keep echo: it stays stopped, by an operator";
        const auto plan = host.control("reload plan");
        CHECK(contains(plan, line));
        CHECK(contains(plan, "nothing would change"));
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "OK"));
        CHECK(contains(reply, line));
        expectOk(host.control("set echo idle_timeout 7s"));
        const auto status = host.control("status");
        CHECK(contains(status, "stopped by an operator"));
        expectOk(host.control("start echo"));
        CHECK(contains(host.control("show echo"), "max_connections = 7"));
        expectAnswer(host.port("echo"), "x");
        expectOk(host.control("reload"));
        expectAnswer(host.port("echo"), "x");
    }

    void leavesStoppedWhatAnOperatorDrained() {
        BerthdProcess host(echo_ + "[service:greet]\nlisten = 0\n");
        expectOk(host.control("drain"));
        expectOk(host.control("reload"));
        CHECK(contains(host.control("status"), "OK 0 services"));
        // What the file disables and enables again was asked for since.
        host.configure(echo_ + "enabled = off\n[service:greet]\nlisten = 0\n");
        expectOk(host.control("reload"));
        host.configure(echo_ + "[service:greet]\nlisten = 0\n");
        expectOk(host.control("reload"));
        expectAnswer(host.port("echo"), "x");
        CHECK(contains(host.control("status"), "OK 1 service,"));
    }

    void leavesARateThatIsUsedUp() {
        const auto limited = echo_ + "rate = 3/1h\noverflow = refuse\n";
        BerthdProcess host(limited);
        for (int i = 0; i < 3; ++i) expectAnswer(host.port("echo"), "x");
        expectOk(host.control("reload"));
        host.configure(limited + "idle_timeout = 7s\n");
        expectOk(host.control("reload"));
        expectOk(host.control("set echo max_connections 9"));
        CPPUNIT_ASSERT_EQUAL(std::string(), host.connect("echo").receiveAll());
    }

    void opensTheSamePortAtAnotherAddress() {
        BerthdProcess host(echo_);
        const auto port = host.port("echo");
        auto client = host.connect("echo");
        for (const std::string address : {"*", "127.0.0.1", "*", "127.0.0.1"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(client, "y"));
            host.configure(listen("echo", address, port));
            const auto reply = host.control("reload");
            expectOk(reply);
            expectAnswer(port, "x");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(client, "y"));
    }

    void opensTheSamePortForAnotherService() {
        BerthdProcess host(echo_ + "[service:uppercase]\nlisten = 0\n");
        const auto port = host.port("echo");
        // Not while the other one goes on there.
        host.configure(echo_ + listen("uppercase", "127.0.0.1", port));
        CHECK(startsWith(host.control("reload"), "ERR address"));
        host.configure("[service:echo]\nlisten = unix:echo.sock\n" +
                       listen("uppercase", "*", port));
        expectOk(host.control("reload"));
        expectAnswer(port, "X");
    }

    void exchangesPortsAndAddresses() {
        BerthdProcess host(echo_ + "[service:uppercase]\nlisten = 0\n");
        const auto one = host.port("echo");
        const auto two = host.port("uppercase");
        host.configure(listen("echo", "*", two) + listen("uppercase", "*", one));
        expectOk(host.control("reload"));
        expectAnswer(one, "X");
        expectAnswer(two, "x");
        host.configure(listen("echo", "127.0.0.1", one) + listen("uppercase", "127.0.0.1", two));
        expectOk(host.control("reload"));
        expectAnswer(one, "x");
        expectAnswer(two, "X");
    }

    void keepsTheOldAddressWhenTheRestIsRefused() {
        BerthdProcess other(echo_);
        BerthdProcess host(echo_);
        const auto port = host.port("echo");
        host.configure(listen("echo", "*", port) +
                       listen("greet", "127.0.0.1", other.port("echo")));
        const auto reply = host.control("reload");
        CHECK(startsWith(reply, "ERR address"));
        expectAnswer(port, "x");
        CHECK(contains(host.control("status"), "127.0.0.1:" + std::to_string(port)));
    }

    void keepsAPortThatWasChosen() {
        BerthdProcess host(echo_);
        const auto port = host.port("echo");
        host.configure(listen("echo", "127.0.0.1", port));
        expectOk(host.control("reload"));
        host.configure(listen("echo", "127.0.0.1", port) + "max_connections = 7\n");
        expectOk(host.control("reload"));
        expectAnswer(port, "x");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GuardedReloadTest);

}  // namespace
}  // namespace berth::test
