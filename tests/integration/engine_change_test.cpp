// tests/integration/engine_change_test.cpp - a service changes its engine while clients stay.
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

std::string echoOn(const std::string& engine) {
    return "[service:echo]\nlisten = 0\ndrain_timeout = 20s\nengine = " + engine + "\n";
}

class EngineChangeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineChangeTest);
    CPPUNIT_TEST(changesBackAndForthUnderItsClients);
    CPPUNIT_TEST(runsBothEnginesSideBySide);
    CPPUNIT_TEST(cutsClientsOfTheOldEngineToo);
    CPPUNIT_TEST_SUITE_END();

    void changesBackAndForthUnderItsClients() {
        BerthdProcess host(echoOn("threads"));
        const auto port = host.port("echo");
        std::vector<TcpClient> clients;
        for (const auto* engine : {"threads", "fibers", "threads", "fibers", "threads"}) {
            host.configure(echoOn(engine));
            const auto reply = host.control("reload");
            CHECK(startsWith(reply, "OK"));
            CHECK(contains(host.control("json services"),
                           std::string("\"engine\":\"") + engine + "\""));
            clients.emplace_back(port);
            for (auto& client : clients) {
                CPPUNIT_ASSERT_EQUAL(std::string("still here"), answer(client, "still here"));
            }
        }
        clients.clear();
        CHECK(waitUntil([&] { return contains(host.control("json stats echo"), "\"open\":0"); }));
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host.wait().value_or(-1));
    }

    void runsBothEnginesSideBySide() {
        BerthdProcess host(
            "[service:one]\nplugin = echo\nlisten = 0\nengine = threads\n"
            "[service:two]\nplugin = echo\nlisten = 0\nengine = fibers\n"
            "drain_timeout = 100ms\n");
        auto one = host.connect("one");
        auto two = host.connect("two");
        CPPUNIT_ASSERT_EQUAL(std::string("a"), answer(one, "a"));
        CPPUNIT_ASSERT_EQUAL(std::string("b"), answer(two, "b"));
        CHECK(startsWith(host.control("stop two"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), two.receiveAll());
        CPPUNIT_ASSERT_EQUAL(std::string("c"), answer(one, "c"));
    }

    void cutsClientsOfTheOldEngineToo() {
        BerthdProcess host(echoOn("fibers"));
        auto old = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(old, "x"));
        host.configure(echoOn("threads"));
        CHECK(startsWith(host.control("reload"), "OK"));
        CHECK(tellsOfACut(host.control("kill 1")));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        auto current = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(current, "y"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineChangeTest);

}  // namespace
}  // namespace berth::test
