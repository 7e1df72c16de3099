// tests/bench/load_test.cpp - the load generator measures right servers and catches wrong ones.
#include "bench/load/load.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>

#include "scripted_server.h"
#include "support/check.h"

namespace berth::test {
namespace {

using bench::Failure;
using bench::LoadMode;
using bench::LoadOptions;
using bench::LoadResult;
using bench::runLoad;
using Poco::Net::StreamSocket;
using namespace std::chrono_literals;

LoadOptions shortLoad(const std::string& target, std::size_t connections) {
    LoadOptions options;
    options.target = target;
    options.connections = connections;
    options.warmUp = 20ms;
    options.duration = 150ms;
    return options;
}

// For connections that all fail, with which it ends.
LoadOptions untilAllFailed(const std::string& target, std::size_t connections) {
    auto options = shortLoad(target, connections);
    options.duration = 20s;
    return options;
}

// Of a load that was long enough for so many messages: a busy machine may give this process no turn
// for all of a short one.
LoadResult runLoadFor(LoadOptions options, std::uint64_t messages) {
    for (;;) {
        auto result = runLoad(options);
        const bool last = options.duration > 5s || result.failed() != 0;
        if (result.messages >= messages || last) return result;
        options.duration *= 8;
    }
}

std::uint64_t failures(const LoadResult& result, Failure failure) {
    return result.failures[static_cast<std::size_t>(failure)];
}

}  // namespace

class LoadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoadTest);
    CPPUNIT_TEST(measuresAnEchoWithoutErrors);
    CPPUNIT_TEST(keepsSeveralMessagesOnTheirWay);
    CPPUNIT_TEST(carriesMessagesLargerThanSocketBuffers);
    CPPUNIT_TEST(sharesConnectionsBetweenThreads);
    CPPUNIT_TEST(countsNewConnections);
    CPPUNIT_TEST(aStallMakesAllWhoAreDueLate);
    CPPUNIT_TEST(holdsIdleConnectionsUntilStopped);
    CPPUNIT_TEST(noticesOneWrongByte);
    CPPUNIT_TEST(noticesTwoRepliesSwapped);
    CPPUNIT_TEST(acceptsChangedBytesWhenOnlyLengthsCount);
    CPPUNIT_TEST(noticesBytesTooMany);
    CPPUNIT_TEST(noticesShortReplies);
    CPPUNIT_TEST(noticesResets);
    CPPUNIT_TEST(noticesSilence);
    CPPUNIT_TEST(countsEveryRefusedConnection);
    CPPUNIT_TEST(reportsNumbersAsJson);
    CPPUNIT_TEST(refusesOptionsWithoutSense);
    CPPUNIT_TEST_SUITE_END();

public:
    void measuresAnEchoWithoutErrors() {
        const ScriptedServer server(echo);
        const auto result = runLoadFor(shortLoad(server.target(), 100), 1);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.firstError);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, result.failed());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{100}, result.opened);
        CHECK(result.messages > 0);
        CPPUNIT_ASSERT_EQUAL(result.messages, result.latency.count());
        CHECK(result.elapsed >= result.options.duration);
        CHECK(result.elapsed < result.options.duration + 10ms);
        CHECK(result.latency.percentile(50) > 0ns);
        CHECK(result.latency.percentile(50) <= result.latency.max());
    }

    void keepsSeveralMessagesOnTheirWay() {
        // The reply to the first message comes alone; then nothing until eight have arrived.
        std::atomic<bool> eightArrived = false;
        const ScriptedServer server([&](StreamSocket& client) {
            std::string held;
            std::size_t wanted = 10;
            forEachChunk(client, [&](std::span<char> bytes) {
                held.append(bytes.begin(), bytes.end());
                if (held.size() < wanted) return;
                if (held.size() == 80) eightArrived = true;
                sendAll(client, held);
                held.clear();
                wanted = 80;
            });
        });
        auto options = shortLoad(server.target(), 1);
        options.messageSize = 10;
        options.depth = 8;
        const auto result = runLoadFor(options, 8);
        CPPUNIT_ASSERT(eightArrived);
        CHECK(result.messages >= 8);
    }

    void carriesMessagesLargerThanSocketBuffers() {
        const ScriptedServer server([](StreamSocket& client) {
            // Both directions fill up unless the generator reads while it writes.
            forEachChunk(client, [&](std::span<char> bytes) { sendAll(client, bytes); });
        });
        auto options = shortLoad(server.target(), 2);
        options.messageSize = 20'000'001;
        options.duration = 400ms;
        options.patience = 60s;
        const auto result = runLoad(options);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.firstError);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, result.opened);
    }

    void sharesConnectionsBetweenThreads() {
        const ScriptedServer server(echo);
        auto options = shortLoad(server.target(), 7);
        options.threads = 3;
        const auto result = runLoad(options);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.firstError);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, result.opened);
        CPPUNIT_ASSERT_EQUAL(result.messages, result.latency.count());
    }

    void countsNewConnections() {
        std::atomic<std::uint64_t> served = 0;
        const ScriptedServer server([&](StreamSocket& client) {
            ++served;
            echo(client);
        });
        auto options = shortLoad(server.target(), 8);
        options.mode = LoadMode::Connect;
        options.messageSize = 16;
        const auto result = runLoadFor(options, 9);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.firstError);
        CHECK(result.messages > 8);
        CHECK(served >= result.messages);
    }

    // Of a load in whose course the tenth client makes the others wait.
    static LoadResult runLoadWithAStall() {
        std::atomic<int> served = 0;
        std::mutex turn;
        const ScriptedServer server([&](StreamSocket& client) {
            const std::lock_guard lock(turn);
            if (++served == 10) std::this_thread::sleep_for(100ms);  // the stall
            echo(client);
        });
        auto options = shortLoad(server.target(), 2);
        options.mode = LoadMode::Connect;
        options.rate = 200;
        options.duration = 400ms;
        return runLoad(options);
    }

    void aStallMakesAllWhoAreDueLate() {
        auto result = runLoadWithAStall();
        // So few are left when the machine gives this process no turn for most of the time.
        for (int i = 0; i < 5 && result.messages < 40; ++i) result = runLoadWithAStall();
        CPPUNIT_ASSERT_EQUAL(std::string(), result.firstError);
        // 80 were due. Only two could wait at once, but those behind them waited as well.
        CHECK(result.messages <= 85);
        CHECK(result.latency.percentile(90) > 20ms);
        CHECK(result.latency.max() >= 100ms);
    }

    void holdsIdleConnectionsUntilStopped() {
        std::atomic<int> open = 0;
        const ScriptedServer server([&](StreamSocket& client) {
            ++open;
            echo(client);
        });
        auto options = shortLoad(server.target(), 20);
        options.mode = LoadMode::Idle;
        options.duration = 0ms;
        std::stop_source stop;
        int openWhenReady = 0;
        const auto result = runLoad(options, stop.get_token(), [&] {
            openWhenReady = open;
            stop.request_stop();
        });
        CPPUNIT_ASSERT_EQUAL(20, openWhenReady);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{20}, result.opened);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, result.failed());
    }

    void noticesOneWrongByte() {
        const ScriptedServer server([](StreamSocket& client) {
            std::size_t total = 0;
            forEachChunk(client, [&](std::span<char> bytes) {
                const bool within = total <= 5000 && 5000 < total + bytes.size();
                if (within) bytes[5000 - total] ^= 1;
                total += bytes.size();
                sendAll(client, bytes);
            });
        });
        const auto result = runLoad(untilAllFailed(server.target(), 3));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, failures(result, Failure::WrongBytes));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, result.failed());
        CHECK(contains(result.firstError, "differs"));
    }

    void noticesTwoRepliesSwapped() {
        const ScriptedServer server([](StreamSocket& client) {
            std::string held;
            bool first = true;
            forEachChunk(client, [&](std::span<char> bytes) {
                held.append(bytes.begin(), bytes.end());
                if (held.size() == 64 && first) {
                    first = false;
                    sendAll(client, std::exchange(held, {}));
                } else if (held.size() == 128) {
                    sendAll(client, std::exchange(held, {}).substr(64) + std::string(64, ' '));
                }
            });
        });
        auto options = untilAllFailed(server.target(), 1);
        options.depth = 2;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, failures(runLoad(options), Failure::WrongBytes));
    }

    void acceptsChangedBytesWhenOnlyLengthsCount() {
        const ScriptedServer server([](StreamSocket& client) {
            forEachChunk(client, [&](std::span<char> bytes) {
                for (char& byte : bytes) byte = static_cast<char>(byte ^ 1);
                sendAll(client, bytes);
            });
        });
        auto options = shortLoad(server.target(), 2);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, failures(runLoad(options), Failure::WrongBytes));
        options.verifyContent = false;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, runLoad(options).failed());
    }

    void noticesBytesTooMany() {
        const ScriptedServer server([](StreamSocket& client) {
            forEachChunk(client, [&](std::span<char> bytes) {
                sendAll(client, bytes);
                sendAll(client, bytes.first(1));
            });
        });
        auto options = untilAllFailed(server.target(), 2);
        options.verifyContent = false;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, failures(runLoad(options), Failure::WrongBytes));
    }

    void noticesShortReplies() {
        const ScriptedServer server([](StreamSocket& client) {
            int messages = 0;
            forEachChunk(client, [&](std::span<char> bytes) {
                const bool last = ++messages == 3;
                sendAll(client, last ? bytes.first(bytes.size() - 1) : bytes);
                if (last) client.shutdownSend();
            });
        });
        const auto result = runLoad(untilAllFailed(server.target(), 4));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, failures(result, Failure::ClosedEarly));
        CHECK(contains(result.firstError, "1 bytes of the reply missing"));
        CHECK(result.messages <= 8);
    }

    void noticesResets() {
        const ScriptedServer server([](StreamSocket& client) {
            client.setLinger(true, 0);  // closing without having read resets
            client.poll(Poco::Timespan(5, 0), Poco::Net::Socket::SELECT_READ);
        });
        const auto result = runLoad(shortLoad(server.target(), 5));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, failures(result, Failure::Reset));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, result.opened);
    }

    void noticesSilence() {
        const ScriptedServer server(
            [](StreamSocket& client) { forEachChunk(client, [](std::span<char>) {}); });
        auto options = shortLoad(server.target(), 2);
        options.patience = 100ms;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, failures(runLoad(options), Failure::TimedOut));
        options.mode = LoadMode::Connect;
        auto timedOut = failures(runLoad(options), Failure::TimedOut);
        // Nobody connects when the machine gives this process no turn for all of a short load.
        while (timedOut < 2 && options.duration < 5s) {
            options.duration *= 8;
            timedOut = failures(runLoad(options), Failure::TimedOut);
        }
        CHECK(timedOut >= 2);
    }

    void countsEveryRefusedConnection() {
        // Bound but not listening, so that nobody else can take the port.
        Poco::Net::ServerSocket bound;
        bound.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
        const auto target = bound.address().toString();
        const auto result = runLoad(shortLoad(target, 300));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, failures(result, Failure::Refused));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, result.failed());
        CPPUNIT_ASSERT_EQUAL(std::string("Connection refused"), result.firstError);
    }

    void reportsNumbersAsJson() {
        const ScriptedServer server(echo);
        const auto result = runLoadFor(shortLoad(server.target(), 2), 1);
        Poco::JSON::Parser parser;
        const auto report = parser.parse(formatJson(result)).extract<Poco::JSON::Object::Ptr>();
        CPPUNIT_ASSERT_EQUAL(std::string("echo"), report->getValue<std::string>("mode"));
        CPPUNIT_ASSERT_EQUAL(result.messages, report->getValue<std::uint64_t>("messages"));
        CPPUNIT_ASSERT_EQUAL(0, report->getObject("errors")->getValue<int>("wrong_bytes"));
        CHECK(report->getObject("latency_us")->getValue<double>("p99") > 0);
        CHECK(contains(formatText(result), "errors      0\n"));
    }

    void refusesOptionsWithoutSense() {
        for (const auto& spoil : std::initializer_list<std::function<void(LoadOptions&)>>{
                 [](LoadOptions& o) { o.connections = 0; },
                 [](LoadOptions& o) { o.messageSize = 0; }, [](LoadOptions& o) { o.depth = 0; },
                 [](LoadOptions& o) { o.threads = 0; },
                 [](LoadOptions& o) { o.threads = 9; },  // more than connections
                 [](LoadOptions& o) { o.duration = 0ms; },
                 [](LoadOptions& o) { o.rate = 10; },  // of an echo
                 [](LoadOptions& o) { o.target = "7001"; },
                 [](LoadOptions& o) { o.target = "unix:" + std::string(108, 'x'); }}) {
            auto options = shortLoad("127.0.0.1:1", 8);
            spoil(options);
            CPPUNIT_ASSERT_THROW(static_cast<void>(runLoad(options)), std::invalid_argument);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoadTest);

}  // namespace berth::test
