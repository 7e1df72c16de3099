// tests/integration/drain_test.cpp - what was accepted before a drain is served once.
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

const std::string kCommands =
    "[service:exec]\nlisten = 0\ndirectory = .\nframing = raw\ncommand.sleep = /usr/bin/sleep "
    "{n:int}\n"
    "command.echo = /usr/bin/echo {text}\n";

class DrainTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DrainTest);
    CPPUNIT_TEST(servesARequestThatWasReceivedBefore);
    CPPUNIT_TEST(losesNoRequestOfAFreshClientInAStormOfRestarts);
    CPPUNIT_TEST_SUITE_END();

    void servesARequestThatWasReceivedBefore() {
        BerthdProcess host(kCommands);
        auto client = host.connect("exec");
        client.send("pwd\n");
        CPPUNIT_ASSERT(!client.receiveUntil("\n").empty());
        client.send("sleep 1\necho hi\n");
        CHECK(startsWith(host.control("restart exec"), "OK"));
        CHECK(endsWith(client.receiveAll(), "hi\n"));
    }

    // Each with one request; answered by a built-in command, which starts no process.
    void losesNoRequestOfAFreshClientInAStormOfRestarts() {
        BerthdProcess host(kCommands);
        constexpr int kClients = scaled(3000, 300);
        std::atomic<int> begun{0};
        std::atomic<int> answered{0};
        std::atomic<bool> over{false};
        const auto port = host.port("exec");
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back([&] {
                while (begun++ < kClients) {
                    auto outcome = ask(port);
                    while (outcome == Outcome::Late) outcome = ask(port);
                    if (outcome == Outcome::Answered) ++answered;
                }
            });
        }
        std::jthread restarts([&] {
            while (!over) static_cast<void>(host.control("restart exec"));
        });
        callers.clear();
        over = true;
        CPPUNIT_ASSERT_EQUAL(kClients, answered.load());
    }

    // Late: without an answer, as a service that drains waits for its request only a second.
    enum class Outcome { Answered, Lost, Late };

    // Of the request of a fresh client.
    static Outcome ask(std::uint16_t port) {
        const InTime inTime(std::chrono::milliseconds(500));
        bool sent = false;
        bool sentInTime = false;
        try {
            TcpClient client(port);
            client.send("pwd\n");
            sent = true;
            sentInTime = inTime();
            client.finishSending();
            if (!client.receiveAll().empty()) return Outcome::Answered;
        } catch (const Poco::Exception&) {
            // It has no answer.
        }
        return (sent ? sentInTime : inTime()) ? Outcome::Lost : Outcome::Late;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DrainTest);

}  // namespace
}  // namespace berth::test
