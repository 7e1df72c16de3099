// tests/plugins/greet/greet_test.cpp - the built greet.so on a connection in memory.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <string>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "support/check.h"
#include "support/plugin_under_test.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class GreetTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GreetTest);
    CPPUNIT_TEST(sendsTheMessageAndFinishes);
    CPPUNIT_TEST(sendsTheConfiguredMessage);
    CPPUNIT_TEST(finishesWithoutAMessage);
    CPPUNIT_TEST(takesWhatTheClientSends);
    CPPUNIT_TEST(waitsForTheClientToClose);
    CPPUNIT_TEST(leavesAClientThatNeverCloses);
    CPPUNIT_TEST(letsALostClientPass);
    CPPUNIT_TEST_SUITE_END();

    PluginUnderTest plugin_{"greet"};
    testing::TestContext context_;

    std::string replyTo(const Values& values) {
        const auto service = plugin_.create("greet", values, context_);
        testing::LoopbackConnection client;
        client.finishSending();
        service->handle(client);
        CPPUNIT_ASSERT(client.finished());
        return client.received();
    }

public:
    void sendsTheMessageAndFinishes() {
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"), replyTo({}));
    }

    void sendsTheConfiguredMessage() {
        CPPUNIT_ASSERT_EQUAL(std::string("Bye\n"), replyTo({{"message", R"(Bye\n)"}}));
    }

    void finishesWithoutAMessage() {
        CPPUNIT_ASSERT_EQUAL(std::string(), replyTo({{"message", ""}}));
    }

    void takesWhatTheClientSends() {
        const auto service = plugin_.create("greet", {}, context_);
        testing::LoopbackConnection client;
        client.send("GET / HTTP/1.0\r\n\r\n");
        client.send("more");
        client.finishSending();
        service->handle(client);
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"), client.received());
        CHECK(isEmpty(client.receive()));
    }

    // For two seconds, which may pass while the machine gives this thread no turn.
    void waitsForTheClientToClose() {
        const auto service = plugin_.create("greet", {}, context_);
        testing::LoopbackConnection client;
        const auto begin = Clock::now();
        auto handled = std::async(std::launch::async, [&] { service->handle(client); });
        const bool greeted = client.waitForReceived("connecting", 20s);
        const bool waits =
            handled.wait_for(50ms) == std::future_status::timeout || Clock::now() - begin >= 2s;
        client.finishSending();
        handled.get();
        CPPUNIT_ASSERT(greeted);
        CPPUNIT_ASSERT(waits);
    }

    void leavesAClientThatNeverCloses() {
        const auto service = plugin_.create("greet", {}, context_);
        testing::LoopbackConnection client;
        const auto begin = Clock::now();
        service->handle(client);
        CHECK(Clock::now() - begin < 20s);
    }

    void letsALostClientPass() {
        const auto service = plugin_.create("greet", {}, context_);
        testing::LoopbackConnection client;
        client.reset();
        CPPUNIT_ASSERT_THROW(service->handle(client), ConnectionLost);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GreetTest);

}  // namespace
}  // namespace berth::test
