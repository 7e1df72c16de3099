// tests/host/engine/contract/timeout_contract.cpp - idle and write timeouts.
#include <atomic>
#include <string>
#include <vector>

#include "berth/buffered_reader.h"
#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using host::ConnectionEnd;
using std::chrono::milliseconds;

class TimeoutContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(TimeoutContract);
    CPPUNIT_TEST(timesOutWhenNothingComes);
    CPPUNIT_TEST(timesOutWhenNothingIsTaken);
    CPPUNIT_TEST(timesOutOnceTheLimitIsOver);
    CPPUNIT_TEST(goesOnWhileSomethingIsTakenNowAndThen);
    CPPUNIT_TEST(takesAnotherLimitWithinTheHandler);
    CPPUNIT_TEST(hasNoTimeoutAtZero);
    CPPUNIT_TEST(hasNoTimeoutAtALimitBeyondAllTimes);
    CPPUNIT_TEST(beginsTheLimitAnewWithEachWait);
    CPPUNIT_TEST(doesNotCountTheTimeOfTheHandler);
    CPPUNIT_TEST(takesBytesThatCameWhileOthersComputed);
    CPPUNIT_TEST(timesOutOneAfterTheOther);
    CPPUNIT_TEST(endsALineThatTrickles);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void timesOutWhenNothingComes() {
        serve(
            [](Connection& client) {
                const auto begun = Clock::now();
                CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
                // The kernel counts in ticks and may be one short.
                CHECK(Clock::now() - begun >= milliseconds(25));
                client.writeText("too slow");  // the client may still be told why
                throw TimedOut("idle");
            },
            {.idleTimeout = milliseconds(30)});
        CPPUNIT_ASSERT_EQUAL(std::string("too slow"), connect().receiveAll());
        expectEnd(ConnectionEnd::IdleTimeout);
    }

    void timesOutWhenNothingIsTaken() {
        const std::string much(std::size_t{64} << 20, 'x');
        serve([&](Connection& client) { client.writeText(much); },
              {.writeTimeout = milliseconds(30)});
        auto client = connect();
        expectEnd(ConnectionEnd::WriteTimeout);
        CPPUNIT_ASSERT(engine().client()->record->writeTimeout());
    }

    // Not a multiple of it, however many parts the kernel took.
    void timesOutOnceTheLimitIsOver() {
        expectWriteTimeout({}, [this] { return connect(); });
    }

    void goesOnWhileSomethingIsTakenNowAndThen() {
        const auto message = pattern(std::size_t{16} << 20);
        serve([&](Connection& client) { client.writeText(message); },
              {.writeTimeout = milliseconds(scaled(1000, 3000))});
        auto client = connect();
        std::string received;
        for (int i = 0; i < 8; ++i) {
            // Longer in all than the limit. Nothing comes of it but time.
            CPPUNIT_ASSERT(!client.socket().poll(Poco::Timespan(0, scaled(200'000, 600'000)),
                                                 Poco::Net::Socket::SELECT_ERROR));
            received += client.receiveExactly(std::size_t{2} << 20);
        }
        CHECK(received == message);
        expectEnd(ConnectionEnd::Finished);
    }

    void takesAnotherLimitWithinTheHandler() {
        serve([](Connection& client) {
            client.setTimeout(milliseconds(20));
            CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
            client.setTimeout(std::chrono::seconds(20));
            client.writeText("now");
            CPPUNIT_ASSERT_EQUAL(std::string("here"), text(client.receive()));
            client.setTimeout(milliseconds(20));
            const auto begun = Clock::now();
            CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
            CHECK(Clock::now() - begun < std::chrono::seconds(10));
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("now"), client.receiveExactly(3));
        client.send("here");
        settle();
    }

    void hasNoTimeoutAtZero() { expectNoTimeout(milliseconds(0)); }

    void hasNoTimeoutAtALimitBeyondAllTimes() { expectNoTimeout(milliseconds::max()); }

    void beginsTheLimitAnewWithEachWait() {
        serve(echo, {.idleTimeout = milliseconds(400)});
        auto client = connect();
        for (int i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT(
                !client.socket().poll(Poco::Timespan(0, 150'000), Poco::Net::Socket::SELECT_READ));
            client.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
        }
        client.finishSending();
        expectEnd(ConnectionEnd::ClosedByClient);
    }

    void doesNotCountTheTimeOfTheHandler() {
        serve(
            [](Connection& client) {
                CPPUNIT_ASSERT_EQUAL(std::string("x"), text(client.receive()));
                compute(milliseconds(200));
                const auto begun = Clock::now();
                CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
                CHECK(Clock::now() - begun >= milliseconds(95));
            },
            {.idleTimeout = milliseconds(100)});
        auto client = connect();
        client.send("x");
        settle();
    }

    // More clients than a loop asks the kernel about at once.
    void takesBytesThatCameWhileOthersComputed() {
        constexpr std::size_t kClients = 700;
        constexpr milliseconds kLimit{scaled(1000, 6000)};
        Latch all;
        std::atomic<bool> first{true};
        serve(
            [&](Connection& client) {
                if (first.exchange(false)) {
                    CPPUNIT_ASSERT(all.pass());
                    client.writeText("busy");
                    return compute(kLimit + milliseconds(500));
                }
                client.writeText("ready");
                CPPUNIT_ASSERT_EQUAL(std::string("x"), text(client.receive()));
            },
            {.idleTimeout = kLimit});
        auto busy = connect();
        CPPUNIT_ASSERT(engine().client());
        std::vector<TcpClient> clients;
        for (std::size_t i = 0; i < kClients; ++i) clients.push_back(connect());
        for (auto& client : clients) {
            CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        }
        all.open();
        CPPUNIT_ASSERT_EQUAL(std::string("busy"), busy.receiveExactly(4));
        for (auto& client : clients) client.send("x");
        settle();
    }

    void timesOutOneAfterTheOther() {
        std::atomic<int> next{0};
        serve([&](Connection& client) {
            const milliseconds limit(5 + next++ * 7 % 100);
            const auto begun = Clock::now();
            client.setTimeout(limit);
            CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
            CHECK(Clock::now() - begun >= limit - milliseconds(5));
        });
        std::vector<TcpClient> clients;
        for (int i = 0; i < 100; ++i) clients.push_back(connect());
        settle();
    }

    // A byte comes long before the idle timeout, again and again.
    void endsALineThatTrickles() {
        serve(
            [](Connection& client) {
                CHECK(client.timeout() == std::chrono::seconds(60));
                BufferedReader reader(client);
                reader.setMessageTimeout(milliseconds(100));
                CPPUNIT_ASSERT_THROW(static_cast<void>(reader.readLine(1'000'000)), TimedOut);
                CHECK(client.timeout() == std::chrono::seconds(60));
                client.writeText("too slow");
                throw TimedOut("slow");
            },
            {.idleTimeout = std::chrono::seconds(60)});
        auto client = connect();
        const auto end = Clock::now() + std::chrono::seconds(20);
        while (Clock::now() < end &&
               !client.socket().poll(Poco::Timespan(0, 5'000), Poco::Net::Socket::SELECT_READ)) {
            client.send("x");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("too slow"), client.receiveExactly(8));
        client.finishSending();
        expectEnd(ConnectionEnd::IdleTimeout);
    }

private:
    static void compute(milliseconds duration) {
        const auto end = Clock::now() + duration;
        while (Clock::now() < end) continue;
    }

    void expectNoTimeout(milliseconds limit) {
        serve(
            [limit](Connection& client) {
                client.setTimeout(limit);
                client.writeText("ready");
                CPPUNIT_ASSERT_EQUAL(std::string("late"), text(client.receive()));
            },
            {.idleTimeout = milliseconds(1)});
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        CPPUNIT_ASSERT(
            !client.socket().poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_READ));
        client.send("late");
        settle();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<TimeoutContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<TimeoutContract>);

}  // namespace
}  // namespace berth::test
