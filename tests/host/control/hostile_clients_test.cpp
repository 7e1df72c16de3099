// tests/host/control/hostile_clients_test.cpp - silent, slow, flooding and garbage clients hold
// up nobody and break nothing.
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Exception.h>

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "control_client.h"
#include "running_server.h"

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
        CPPUNIT_ASSERT(server.host().asked().empty());
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
        CPPUNIT_ASSERT(expected.ends_with("OK bye\n.\n"));
    }

    void letsAnOperatorInPastTwoHundredSilentClients() {
        RunningServer server;
        std::vector<std::unique_ptr<ControlClient>> silent;
        for (int i = 0; i < 200; ++i) {
            silent.push_back(std::make_unique<ControlClient>(server.port()));
        }
        const auto start = Clock::now();
        ControlClient overTcp(server.port());
        CPPUNIT_ASSERT_EQUAL("OK authenticated\n.\n"s, overTcp.ask("auth " + server.token()));
        ControlClient overUnix(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, overUnix.ask("ping"));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, overTcp.ask("ping"));
        CPPUNIT_ASSERT(Clock::now() - start < 10s);
    }

    void tellsOneTooManyThatItIsBusy() {
        ServerSettings settings;
        settings.maxConnections = 2;
        RunningServer server(settings);
        ControlClient first(server.socketPath());
        ControlClient second(server.socketPath());
        CPPUNIT_ASSERT(first.ask("ping").starts_with("OK"));
        CPPUNIT_ASSERT(second.ask("ping").starts_with("OK"));
        ControlClient third(server.port());
        CPPUNIT_ASSERT_EQUAL("ERR busy too many control connections; try again\n.\n"s,
                             third.rest());
        CPPUNIT_ASSERT(first.ask("quit").starts_with("OK"));
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
            try {
                slow.send("p");
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
        CPPUNIT_ASSERT(operatorClient.ask("auth " + server.token()).starts_with("OK"));
        CPPUNIT_ASSERT(operatorClient.ask("status").starts_with("OK"));
        CPPUNIT_ASSERT(Clock::now() - start < 10s);
        server.stop();
        CPPUNIT_ASSERT(Clock::now() - start < 20s);
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
