// tests/integration/old_process_test.cpp - what an upgrade passes on besides sockets, and the
// clients of processes that drain behind it.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/berthd_process.h"
#include "support/check.h"
#include "texts.h"

namespace berth::test {
namespace {

class OldProcessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OldProcessTest);
    CPPUNIT_TEST(listsClientsOfTheOldProcess);
    CPPUNIT_TEST(killsClientsOfTheOldProcess);
    CPPUNIT_TEST(reachesEveryProcessOfAChain);
    CPPUNIT_TEST(forgetsAProcessThatHasEnded);
    CPPUNIT_TEST(leavesStoppedWhatAnOperatorStopped);
    CPPUNIT_TEST(refusesChangesOnceAnotherProcessServes);
    CPPUNIT_TEST_SUITE_END();

    const std::string echo_ = "[service:echo]\nlisten = 0\ndrain_timeout = 1h\n";

    static TcpClient client(const BerthdProcess& host) {
        auto client = host.connect("echo");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), answer(client, "x"));
        return client;
    }

    static void upgrade(const BerthdProcess& host) {
        const auto reply = host.control("upgrade");
        CHECK(startsWith(reply, "OK"));
    }

    static std::string process(const BerthdProcess& host) {
        return "process " + std::to_string(host.pid());
    }

    // The list once it begins so: a process that had no turn for a second is left out of it.
    static std::string connections(const BerthdProcess& host, const std::string& start,
                                   const std::string& request = "connections") {
        std::string reply;
        const auto complete = [&] {
            reply = host.control(request);
            return startsWith(reply, start);
        };
        CHECK(waitUntil(complete));
        return reply;
    }

    // The number in front of the line that holds the text.
    static std::string idOf(const std::string& connections, const std::string& text) {
        auto line = connections.substr(0, connections.find(text));
        line.erase(0, line.rfind('\n') + 1);
        return line.substr(line.find_first_not_of(' '),
                           line.find("  echo") - line.find_first_not_of(' '));
    }

    void listsClientsOfTheOldProcess() {
        BerthdProcess host(echo_);
        auto old = client(host);
        upgrade(host);
        auto current = client(host);
        const auto both = connections(host, "OK 2 connections", "connections echo");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count(both, process(host) + "\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, count(both, "  process "));
        CHECK(waitUntil([&] {
            return contains(host.control("json connections"),
                            "\"process\":" + std::to_string(host.pid()));
        }));
        const auto status = host.control("status");
        CHECK(contains(status, process(host) + " drains behind it"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(old, "y"));
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(current, "y"));
    }

    void killsClientsOfTheOldProcess() {
        BerthdProcess host(echo_);
        auto one = client(host);
        auto two = client(host);
        upgrade(host);
        auto current = client(host);
        const auto id = idOf(connections(host, "OK 3 connections"), process(host));
        const auto reply = host.control("kill " + id);
        CHECK(contains(reply, "killed connection " + id + " of process"));
        CPPUNIT_ASSERT_EQUAL(std::string(), one.receiveAll());
        CPPUNIT_ASSERT_EQUAL(std::string("y"), answer(two, "y"));
        const auto all = host.control("kill service echo");
        CHECK(contains(all, "and 1 connection in processes that drain"));
        CPPUNIT_ASSERT_EQUAL(std::string(), two.receiveAll());
        CPPUNIT_ASSERT_EQUAL(std::string(), current.receiveAll());
        CHECK(startsWith(host.control("kill 99999999"), "ERR not-found"));
    }

    void reachesEveryProcessOfAChain() {
        BerthdProcess host(echo_);
        std::vector<TcpClient> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(client(host));
            upgrade(host);
        }
        static_cast<void>(connections(host, "OK 3 connections"));
        const auto status = host.control("status");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, count(status, " drains behind it"));
        // The one in the middle ends; the first one is still reached.
        clients.erase(clients.begin() + 1);
        CPPUNIT_ASSERT(
            waitUntil([&] { return count(host.control("status"), " drains behind it") == 2; }));
        const auto all = host.control("kill service echo");
        CHECK(contains(all, "and 2 connections in processes that drain"));
        for (auto& each : clients) CPPUNIT_ASSERT_EQUAL(std::string(), each.receiveAll());
    }

    void forgetsAProcessThatHasEnded() {
        BerthdProcess host(echo_);
        auto old = client(host);
        upgrade(host);
        old.finishSending();
        CPPUNIT_ASSERT_EQUAL(0, host.follow().value_or(-1));
        CHECK(waitUntil([&] { return !contains(host.control("status"), "drains behind it"); }));
        CHECK(startsWith(host.control("connections"), "OK 0 connections"));
    }

    void leavesStoppedWhatAnOperatorStopped() {
        BerthdProcess host(echo_ + "[service:greet]\nlisten = 0\n");
        CHECK(startsWith(host.control("stop greet"), "OK"));
        for (int i = 0; i < 2; ++i) {
            upgrade(host);
            const auto status = host.control("status");
            CHECK(contains(status, "stopped by an operator"));
            CHECK(startsWith(host.control("reload"), "OK"));
        }
        CHECK(startsWith(host.control("start greet"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"),
                             host.connect("greet").receiveAll());
    }

    // Over a connection that the old process keeps.
    void refusesChangesOnceAnotherProcessServes() {
        BerthdProcess host(echo_);
        const auto held = client(host);
        TcpClient operatorOfOld(host.folder() / "control.sock");
        operatorOfOld.send("ping\n");
        static_cast<void>(operatorOfOld.receiveUntil("\n.\n"));
        upgrade(host);
        for (const std::string request :
             {"stop echo", "drain", "start echo", "restart echo", "reload", "load /x.so",
              "unload echo", "set echo rate 1/s", "upgrade", "log debug", "shutdown"}) {
            operatorOfOld.send(request + "\n");
            const auto reply = operatorOfOld.receiveUntil("\n.\n");
            CPPUNIT_ASSERT_MESSAGE(request + ": " + reply,
                                   reply.starts_with("ERR refused another process serves by now"));
        }
        const auto status = host.control("status");
        CHECK(contains(status, "serving"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OldProcessTest);

}  // namespace
}  // namespace berth::test
