// tests/host/engine/contract/crowd_contract.cpp - many clients at once, and none that starves.
#include <Poco/Exception.h>
#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "pipe.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

class CrowdContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(CrowdContract);
    CPPUNIT_TEST(servesManyClientsAtOnce);
    CPPUNIT_TEST(servesManyThatComeAndGo);
    CPPUNIT_TEST(doesNotStarveOthersForOneThatNeverStopsSending);
    CPPUNIT_TEST(doesNotStarveOthersForAHandlerThatNeverStopsWriting);
    CPPUNIT_TEST(doesNotStarveOthersForAHandlerThatPollsWithoutAPause);
    CPPUNIT_TEST(doesNotStarveOthersForAHandlerWhoseDescriptorIsAlwaysReady);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void servesManyClientsAtOnce() {
        const auto count = most();  // the listener reserves a part of the limit it finds
        serve(echo);
        std::vector<TcpClient> clients;
        clients.reserve(count);
        for (std::size_t i = 0; i < count; ++i) clients.push_back(connect());
        for (int round = 0; round < 3; ++round) {
            for (std::size_t i = 0; i < count; ++i) clients[i].send(pattern(100, i));
            for (std::size_t i = 0; i < count; ++i) {
                CHECK(clients[i].receiveExactly(100) == pattern(100, i));
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, engine().ended());
        clients.clear();
        settle();
    }

    void servesManyThatComeAndGo() {
        serve(echo);
        for (int i = 0; i < scaled(3000, 500); ++i) {
            auto client = connect();
            if (i % 3 != 0) client.send("x");
            if (i % 3 == 1) CPPUNIT_ASSERT_EQUAL(std::string("x"), client.receiveExactly(1));
            if (i % 5 == 0) client.reset();
        }
        engine().awaitAll();
    }

    void doesNotStarveOthersForOneThatNeverStopsSending() {
        serve([](Connection& client) {
            if (first(client) == "echo") return echo(client);
            while (client.receive()) continue;
        });
        auto flood = connect();
        flood.send("flood");
        const std::jthread sender([&](const std::stop_token& stop) {
            const std::string block(std::size_t{64} * 1024, 'x');
            try {
                while (!stop.stop_requested()) flood.send(block);
            } catch (const Poco::Exception&) {
                return;  // the engine has failed; the test will say so
            }
        });
        expectEchoesInTime();
    }

    void doesNotStarveOthersForAHandlerThatNeverStopsWriting() {
        serve([](Connection& client) {
            if (first(client) == "echo") return echo(client);
            const std::string block(std::size_t{64} * 1024, 'x');
            for (;;) client.writeText(block);
        });
        auto stream = connect();
        stream.send("stream");
        const std::jthread reader([&](const std::stop_token& stop) {
            std::vector<char> buffer(std::size_t{1} << 20);
            try {
                while (!stop.stop_requested()) {
                    stream.socket().receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
                }
            } catch (const Poco::Exception&) {
                return;
            }
        });
        expectEchoesInTime();
    }

    void doesNotStarveOthersForAHandlerThatPollsWithoutAPause() {
        std::atomic<bool> over{false};
        serve([&](Connection& client) {
            if (first(client) == "echo") return echo(client);
            while (!over) client.wait({}, milliseconds(0));
        });
        auto impatient = connect();
        impatient.send("poll");
        expectEchoesInTime();
        over = true;
        settle();
    }

    void doesNotStarveOthersForAHandlerWhoseDescriptorIsAlwaysReady() {
        const Pipe ready;
        ready.fill();
        std::atomic<bool> over{false};
        serve([&](Connection& client) {
            if (first(client) == "echo") return echo(client);
            auto watched = ready.readable();
            while (!over) client.wait({&watched, 1}, milliseconds(-1));
        });
        auto busy = connect();
        busy.send("poll");
        expectEchoesInTime();
        over = true;
        settle();
    }

private:
    // The word that tells what a client came for.
    static std::string first(Connection& client) {
        std::array<std::byte, 4> word{};
        return text(client.readExactly(word));
    }

    // As many as the descriptors allow: both ends are in this process.
    [[nodiscard]] std::size_t most() const {
        if (kind() == EngineKind::Threads) return scaled<std::size_t>(1000, 200);
        rlimit descriptors{};
        ::getrlimit(RLIMIT_NOFILE, &descriptors);
        descriptors.rlim_cur = descriptors.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &descriptors);
        return std::min(scaled<std::size_t>(10'000, 1000),
                        static_cast<std::size_t>(descriptors.rlim_cur - 200) / 2);
    }

    // Fifty clients echo a hundred times each, and nobody waits for long.
    void expectEchoesInTime() {
        std::vector<TcpClient> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(connect());
            clients.back().send("echo");
        }
        auto worst = Clock::duration::zero();
        for (int round = 0; round < 100; ++round) {
            const auto begun = Clock::now();
            for (auto& client : clients) client.send("ping");
            for (auto& client : clients) {
                CPPUNIT_ASSERT_EQUAL(std::string("ping"), client.receiveExactly(4));
                worst = std::max(worst, Clock::now() - begun);
            }
        }
        // A handler that is never interrupted would hold them up until the test's patience ends;
        // a busy machine with two processors delays a round by some seconds.
        CHECK(worst < std::chrono::seconds(scaled(10, 15)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<CrowdContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<CrowdContract>);

}  // namespace
}  // namespace berth::test
