// tests/host/engine/contract/timeout_contract.cpp - idle and write timeouts.
#include <Poco/Exception.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "berth/buffered_reader.h"
#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "support/check.h"
#include "support/growing_times.h"
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
                // The kernel counts in ticks, and they may lag behind.
                CHECK(Clock::now() - begun >= milliseconds(50));
                client.writeText("too slow");  // the client may still be told why
                throw TimedOut("idle");
            },
            {.idleTimeout = milliseconds(100)});
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
        CPPUNIT_ASSERT(withGrowingTimes(milliseconds(scaled(1000, 3000)), [&](milliseconds limit) {
            serve([&](Connection& client) { client.writeText(message); }, {.writeTimeout = limit});
            auto client = connect();
            std::string received;
            for (int i = 0; i < 8; ++i) {
                std::this_thread::sleep_for(limit / 5);  // longer in all than the limit
                received += receiveIfOpen(client, std::size_t{2} << 20);
            }
            engine().awaitAll();
            return received == message && onlyEndsAs(ConnectionEnd::Finished);
        }));
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
        CPPUNIT_ASSERT(withGrowingTimes(milliseconds(scaled(1000, 3000)), [&](milliseconds limit) {
            serve(echo, {.idleTimeout = limit});
            auto client = connect();
            for (int i = 0; i < 5; ++i) {
                const Poco::Timespan pause(std::chrono::microseconds(limit * 3 / 8).count());
                if (client.socket().poll(pause, Poco::Net::Socket::SELECT_READ)) return false;
                sendIfOpen(client, "x");
                if (receiveIfOpen(client, 1) != "x") return false;
            }
            client.finishSending();
            engine().awaitAll();
            return onlyEndsAs(ConnectionEnd::ClosedByClient);
        }));
    }

    void doesNotCountTheTimeOfTheHandler() {
        serve(
            [](Connection& client) {
                const auto limit = client.timeout();
                client.setTimeout(kPatience);  // the test may be slow to send
                CPPUNIT_ASSERT_EQUAL(std::string("x"), text(client.receive()));
                client.setTimeout(limit);
                compute(milliseconds(200));
                const auto begun = Clock::now();
                CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
                CHECK(Clock::now() - begun >= milliseconds(50));
            },
            {.idleTimeout = milliseconds(100)});
        auto client = connect();
        client.send("x");
        settle();
    }

    // More clients than a loop asks the kernel about at once.
    void takesBytesThatCameWhileOthersComputed() {
        // Until the loop is busy each client is within its limit.
        CPPUNIT_ASSERT(withGrowingTimes(milliseconds(scaled(1000, 5000)), [&](milliseconds limit) {
            constexpr std::size_t kClients = 700;
            Latch all;
            std::atomic<bool> first{true};
            std::atomic<std::size_t> taken{0};
            serve(
                [&](Connection& client) {
                    if (first.exchange(false)) {
                        client.writeText("first");
                        CPPUNIT_ASSERT(all.pass());
                        client.writeText("busy");
                        return compute(limit + milliseconds(500));
                    }
                    client.writeText("ready");
                    if (text(client.receive()) == "x") ++taken;
                },
                {.idleTimeout = limit});
            auto busy = connect();
            CPPUNIT_ASSERT_EQUAL(std::string("first"), busy.receiveExactly(5));
            std::vector<TcpClient> clients;
            for (std::size_t i = 0; i < kClients; ++i) clients.push_back(connect());
            for (auto& client : clients) {
                CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
            }
            all.open();
            CPPUNIT_ASSERT_EQUAL(std::string("busy"), busy.receiveExactly(4));
            for (auto& client : clients) sendIfOpen(client, "x");
            engine().awaitAll(kPatience + limit);
            return taken == kClients;
        }));
    }

    void timesOutOneAfterTheOther() {
        std::atomic<int> next{0};
        serve([&](Connection& client) {
            const milliseconds limit(50 + next++ * 7 % 100 * 4);
            const auto begun = Clock::now();
            client.setTimeout(limit);
            CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
            CHECK(Clock::now() - begun >= limit - milliseconds(50));
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
            sendIfOpen(client, "x");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("too slow"), client.receiveExactly(8));
        client.socket().close();
        expectEnd(ConnectionEnd::IdleTimeout);
    }

private:
    // Of the only client, once it has ended.
    [[nodiscard]] bool onlyEndsAs(ConnectionEnd end) {
        return engine().client()->ending.end == end;
    }

    static void sendIfOpen(TcpClient& client, std::string_view bytes) {
        try {
            client.send(bytes);
        } catch (const Poco::Exception&) {
            // Its time was over.
        }
    }

    static std::string receiveIfOpen(TcpClient& client, std::size_t count) {
        try {
            return client.receiveExactly(count);
        } catch (const Poco::Exception&) {
            return {};
        }
    }

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
