// tests/host/control/hostile_clients_test.cpp - silent, slow, flooding and garbage clients hold
// up nobody and break nothing.
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Exception.h>
#include <poll.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "control_client.h"
#include "host/control/server/clients.h"
#include "running_server.h"
#include "support/check.h"
#include "support/fastest.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr unsigned kSeed = 20240611;

std::string randomBytes(std::mt19937& random, std::size_t count) {
    std::uniform_int_distribution<int> byte(0, 255);
    std::string bytes;
    while (bytes.size() < count) bytes += static_cast<char>(byte(random));
    return bytes;
}

// Words of the protocol in any order, so that more than the first check is reached.
std::string randomWords(std::mt19937& random, std::size_t count) {
    static const std::vector<std::string> kWords{
        "status",  "json",    "stop", "shout", "wait idle 0", "idle", "0",    "kill",
        "service", "set",     "'",    "\"",    "\\",          "\n",   "\r\n", ".",
        "help",    "drain 0", "log",  "auth",  "reload",      "plan", "\t"};
    std::uniform_int_distribution<std::size_t> pick(0, kWords.size() - 1);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += kWords[pick(random)] + ' ';
    return text;
}

// Requires: a whole conversation. Each reply is JSON on a line, or ends with a dot.
bool wellFormed(const std::string& output) {
    std::size_t start = 0;
    bool inReply = false;
    while (start < output.size()) {
        const auto end = output.find('\n', start);
        if (end == std::string::npos) return false;
        const auto line = output.substr(start, end - start);
        start = end + 1;
        if (inReply) {
            inReply = line != ".";
        } else if (line.starts_with("OK") || line.starts_with("ERR ")) {
            inReply = true;
        } else if (!line.starts_with("{\"ok\":")) {
            return false;
        }
    }
    return !inReply;
}

}  // namespace

class HostileClientsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostileClientsTest);
    CPPUNIT_TEST(survivesRandomBytes);
    CPPUNIT_TEST(survivesRandomWords);
    CPPUNIT_TEST(answersTheSameHoweverTheBytesAreSplit);
    CPPUNIT_TEST(letsAnOperatorInPastTwoHundredSilentClients);
    CPPUNIT_TEST(tellsOneTooManyThatItIsBusy);
    CPPUNIT_TEST(cutsAClientThatNeverReads);
    CPPUNIT_TEST(cutsAClientThatTrickles);
    CPPUNIT_TEST(answersOthersWhileWrongTokensAreSlowedDown);
    CPPUNIT_TEST(keepsNoOperatorOutOfATwentyFoldFlood);
    CPPUNIT_TEST(answersQuickRequestsWhileChangesFillUp);
    CPPUNIT_TEST(cutsWithinTheTimeOfOneReply);
    CPPUNIT_TEST(cutsARequestThatTrickles);
    CPPUNIT_TEST(survivesClientsThatGoAwayAtAnyByte);
    CPPUNIT_TEST_SUITE_END();

public:
    void survivesRandomBytes() {
        RunningServer server;
        std::mt19937 random(kSeed);
        for (int round = 0; round < 50; ++round) {
            ControlClient client(round % 2 == 0 ? ControlClient(server.port())
                                                : ControlClient(server.socketPath()));
            converse(client, randomBytes(random, 3000));
        }
        assertAlive(server);
        CHECK(isEmpty(server.host().asked()));
    }

    void survivesRandomWords() {
        RunningServer server;
        std::mt19937 random(kSeed);
        for (int round = 0; round < 50; ++round) {
            ControlClient client(server.socketPath());
            client.send(randomWords(random, 300));
            client.finishSending();
            CPPUNIT_ASSERT(wellFormed(client.rest()));
        }
        assertAlive(server);
    }

    void answersTheSameHoweverTheBytesAreSplit() {
        RunningServer server;
        const std::string input = "json ping\r\nstop 'shout'\n\nkill 17\nbad\x01line\nquit\n";
        std::string expected;
        for (std::size_t split = 0; split <= input.size(); ++split) {
            ControlClient client(server.socketPath());
            client.send(input.substr(0, split));
            client.send(input.substr(split));
            const auto output = client.rest();
            if (split == 0) expected = output;
            CPPUNIT_ASSERT_EQUAL(expected, output);
        }
        CHECK(endsWith(expected, "OK bye\n.\n"));
    }

    void letsAnOperatorInPastTwoHundredSilentClients() {
        RunningServer server;
        std::vector<std::unique_ptr<ControlClient>> silent;
        for (int i = 0; i < 200; ++i) {
            silent.push_back(std::make_unique<ControlClient>(server.port()));
        }
        const auto start = Clock::now();
        auto overTcp = loggedInPastSilence(server, start + 10s);
        ControlClient overUnix(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, overUnix.ask("ping"));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, overTcp.ask("ping"));
        CHECK(Clock::now() - start < 10s);
    }

    void tellsOneTooManyThatItIsBusy() {
        ServerSettings settings;
        settings.maxConnections = 2;
        RunningServer server(settings);
        ControlClient first(server.socketPath());
        ControlClient second(server.socketPath());
        CHECK(startsWith(first.ask("ping"), "OK"));
        CHECK(startsWith(second.ask("ping"), "OK"));
        ControlClient third(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("ERR busy too many control connections; try again\n.\n"s,
                             third.rest());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.refusals().count("control: refused uid "));
        CHECK(startsWith(first.ask("quit"), "OK"));
        CPPUNIT_ASSERT_EQUAL(""s, first.rest());
        assertAlive(server);
    }

    void cutsAClientThatNeverReads() {
        ServerSettings settings;
        settings.limits.write = 200ms;
        settings.maxConnections = 1;
        RunningServer server(settings);
        ControlClient deaf(server.socketPath());
        deaf.socket().setSendTimeout(Poco::Timespan(10, 0));
        bool cut = false;
        try {
            for (int i = 0; i < 100'000; ++i) deaf.send("help\n");
        } catch (const Poco::Exception&) {
            cut = true;
        }
        CPPUNIT_ASSERT(cut);
        assertAlive(server);
    }

    void cutsAClientThatTrickles() {
        ServerSettings settings;
        settings.limits.login = 300ms;
        const RunningServer server(settings);
        ControlClient slow(server.port());
        slow.socket().setReceiveTimeout(Poco::Timespan(0, 20'000));
        const auto start = Clock::now();
        std::string heard;
        while (heard.empty() && Clock::now() - start < 20s) {
            trySend(slow, "p");  // the server may be gone by now; what it said is still there
            try {
                heard = slow.line();
            } catch (const Poco::TimeoutException&) {
                continue;
            }
        }
        CPPUNIT_ASSERT_EQUAL("ERR timeout no request for 300ms; closing\n"s, heard);
    }

    void answersOthersWhileWrongTokensAreSlowedDown() {
        ServerSettings settings;
        settings.policy = {1min, 1min, 1h, 5};
        RunningServer server(settings);
        std::vector<std::unique_ptr<ControlClient>> guessing;
        for (int i = 0; i < 40; ++i) {
            guessing.push_back(std::make_unique<ControlClient>(server.port()));
            guessing.back()->send("auth wrong\n");
        }
        const auto start = Clock::now();
        ControlClient operatorClient(server.port());
        CHECK(startsWith(operatorClient.ask("auth " + server.token()), "OK"));
        CHECK(startsWith(operatorClient.ask("status"), "OK"));
        CHECK(Clock::now() - start < 10s);
        server.stop();
        CHECK(Clock::now() - start < 20s);
    }

    // Wrong tokens from twenty times as many clients as there are places, which come again at once.
    void keepsNoOperatorOutOfATwentyFoldFlood() {
        RunningServer server;
        std::vector<std::jthread> flood;
        for (int thread = 0; thread < kFloodThreads; ++thread) {
            flood.emplace_back(
                [&](const std::stop_token& over) { floodUntil(over, server.port()); });
        }
        const std::string right = "auth " + server.token();
        std::size_t keptOut = 0;
        auto loggedIn = loggedInOverTcp(server.port(), right);
        for (int i = 0; i < 40; ++i) {
            auto overTcp = loggedInOverTcp(server.port(), right);
            ControlClient overUnix(server.socketPath());
            const bool in = overTcp && answers(*overTcp, "status") && answers(overUnix, "status") &&
                            loggedIn && answers(*loggedIn, "ping");
            keptOut += in ? 0 : 1;
        }
        flood.clear();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, keptOut);
    }

    void answersQuickRequestsWhileChangesFillUp() {
        RunningServer server;
        std::vector<std::unique_ptr<ControlClient>> waiting;
        for (int i = 0; i < 60; ++i) {
            waiting.push_back(std::make_unique<ControlClient>(server.socketPath()));
            waiting.back()->send("wait stopped shout 1h\n");
            if (i < 32) CPPUNIT_ASSERT(waitUntil([&] { return server.host().waits() == i + 1; }));
            ControlClient quick(server.socketPath());
            CHECK(startsWith(quick.ask("status"), "OK"));
            CHECK(startsWith(quick.ask("quit"), "OK"));
            if (i < 32) continue;
            CPPUNIT_ASSERT_EQUAL(
                "ERR busy too many changes and waits are under way; try again\n.\n"s,
                waiting.back()->reply());
            waiting.back().reset();
        }
        server.stop();
    }

    // A reply has one time for all its parts, however many of them the client's buffer takes.
    void cutsWithinTheTimeOfOneReply() {
        CHECK(ServerSettings().limits.write == 10s);
        ServerSettings settings;
        settings.limits.write = kWriteLimit;
        RunningServer server(settings);
        server.host().setConfiguration(std::vector<std::string>(200, std::string(60'000, 'x')));
        expectCutInTime([&] { return ControlClient(server.socketPath()); });
        expectCutInTime([&] {
            ControlClient overTcp(server.port());
            CHECK(startsWith(overTcp.ask("auth " + server.token()), "OK"));
            return overTcp;
        });
        assertAlive(server);
    }

    void cutsARequestThatTrickles() {
        ServerSettings settings;
        settings.limits.line = 200ms;
        const RunningServer server(settings);
        ControlClient slow(server.socketPath());
        slow.send("pi");
        CPPUNIT_ASSERT_EQUAL("ERR timeout a request did not end within 200ms; closing\n.\n"s,
                             slow.rest());
    }
    void survivesClientsThatGoAwayAtAnyByte() {
        RunningServer server;
        const std::string input = "auth " + server.token() + "\nhelp\nstatus\nquit\n";
        for (std::size_t length = 0; length <= input.size(); ++length) {
            ControlClient client(server.port());
            if (length % 2 == 0) client.socket().setLinger(true, 0);  // a reset instead of an end
            client.send(input.substr(0, length));
        }
        assertAlive(server);
    }

private:
    static constexpr std::chrono::milliseconds kWriteLimit = 1s;
    static constexpr int kFloodThreads = 4;
    static constexpr std::size_t kFloodClients = 80;  // of a thread: together 20 times 16 places

    static void floodUntil(const std::stop_token& over, std::uint16_t port) {
        std::deque<ControlClient> clients;
        while (!over.stop_requested()) {
            try {
                clients.emplace_back(port);
                clients.back().send("auth x\n");
            } catch (const Poco::Exception&) {
                std::this_thread::yield();
            }
            if (clients.size() > kFloodClients) clients.pop_front();
        }
    }

    template <class Connect>
    static void expectCutInTime(Connect connect) {
        const auto took = fastest(kWriteLimit * 11 / 10, [&] { return timeUntilCut(connect()); });
        CHECK(took <= kWriteLimit * 11 / 10);
    }

    // Of a client that asks and never reads, from the first part of the reply on.
    static std::chrono::milliseconds timeUntilCut(ControlClient deaf) {
        const auto asked = Clock::now();
        deaf.send("show\n");
        pollfd begun{deaf.socket().impl()->sockfd(), POLLIN, 0};
        CPPUNIT_ASSERT_EQUAL(1, ::poll(&begun, 1, 60'000));
        const auto start = Clock::now();
        pollfd ended{deaf.socket().impl()->sockfd(), 0, 0};  // errors and the end only
        CPPUNIT_ASSERT_EQUAL(1, ::poll(&ended, 1, 60'000));
        const auto end = Clock::now();
        CHECK(end - asked >= kWriteLimit * 8 / 10);
        return std::chrono::duration_cast<std::chrono::milliseconds>(end - start);
    }

    static void trySend(ControlClient& client, std::string_view bytes) {
        try {
            client.send(bytes);
        } catch (const Poco::Exception&) {
            return;
        }
    }

    // Those that gave way are there until their threads are gone. An operator that waited for that
    // as long as the server lets it comes again.
    static ControlClient loggedInPastSilence(const RunningServer& server, Clock::time_point limit) {
        for (;;) {
            const auto start = Clock::now();
            ControlClient client(server.port());
            trySend(client, "auth " + server.token() + '\n');
            const auto reply = client.reply();
            const auto now = Clock::now();
            const bool waited = now - start >= host::control::ClientLimits().hearing;
            if (waited && now < limit && reply.starts_with("ERR busy")) continue;
            CPPUNIT_ASSERT_EQUAL("OK authenticated\n.\n"s, reply);
            return client;
        }
    }

    // Empty when an operator was kept out. One that this machine held up before it had sent its
    // request, or for so long that nobody had to wait for it any more, comes again.
    static std::optional<ControlClient> loggedInOverTcp(std::uint16_t port,
                                                        const std::string& right) {
        const auto limit = Clock::now() + 20s;
        for (;;) {
            const auto start = Clock::now();
            ControlClient client(port);
            trySend(client, right + '\n');
            const auto sent = Clock::now();
            if (answered(client)) return client;
            const auto hearing = host::control::ClientLimits().hearing;
            const bool heldUp = sent - start > 1ms || Clock::now() - start > hearing / 2;
            if (!heldUp || Clock::now() > limit) return std::nullopt;
        }
    }

    static bool answers(ControlClient& client, const std::string& request) {
        trySend(client, request + '\n');
        return answered(client);
    }

    static bool answered(ControlClient& client) {
        try {
            return client.reply().starts_with("OK");
        } catch (const Poco::Exception&) {
            return false;
        }
    }

    // Sends what the server takes and reads what it gives; it may cut the connection.
    static void converse(ControlClient& client, const std::string& bytes) {
        try {
            client.send(bytes);
            client.finishSending();
        } catch (const Poco::Exception&) {
            return;
        }
        CPPUNIT_ASSERT(wellFormed(client.rest()));
    }

    static void assertAlive(const RunningServer& server) {
        CPPUNIT_ASSERT(answersPing(server.socketPath()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostileClientsTest);

}  // namespace berth::test
