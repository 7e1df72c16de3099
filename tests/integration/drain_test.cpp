// tests/integration/drain_test.cpp - what was accepted before a drain is served once.
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

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
                    TcpClient client(port);
                    client.send("pwd\n");
                    client.finishSending();
                    if (!client.receiveAll().empty()) ++answered;
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
};

CPPUNIT_TEST_SUITE_REGISTRATION(DrainTest);

}  // namespace
}  // namespace berth::test
