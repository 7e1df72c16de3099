// tests/host/control/control_server_test.cpp - the control port over real sockets.
#include "host/control/server/control_server.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <Poco/StreamCopier.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "control_client.h"
#include "host/listen/listener.h"
#include "running_server.h"
#include "support/check.h"
#include "support/tcp_client.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using namespace std::string_literals;

Poco::Net::SocketAddress unixAddress(const fs::path& path) {
    return {Poco::Net::SocketAddress::UNIX_LOCAL, path.string()};
}

host::ControlOptions onUnixSocket(const fs::path& path) {
    host::ControlOptions options;
    host::ListenAddress local;
    local.kind = host::ListenAddress::Kind::Unix;
    local.path = path;
    options.listen = {local};
    return options;
}

}  // namespace

class ControlServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ControlServerTest);
    CPPUNIT_TEST(answersOverTcpAfterAuth);
    CPPUNIT_TEST(deniesOverTcpBeforeAuth);
    CPPUNIT_TEST(cutsAfterTheLastWrongToken);
    CPPUNIT_TEST(cutsAStrangerThatKeepsAsking);
    CPPUNIT_TEST(trustsItsOwnUserOverTheUnixSocket);
    CPPUNIT_TEST(keepsTheUnixSocketPrivateAndRemovesIt);
    CPPUNIT_TEST(answersInJsonWithoutADot);
    CPPUNIT_TEST(answersPipelinedRequestsInOrder);
    CPPUNIT_TEST(answersALastLineWithoutItsEnd);
    CPPUNIT_TEST(acceptsCarriageReturnsAndEmptyLines);
    CPPUNIT_TEST(goesOnAfterALineThatIsTooLong);
    CPPUNIT_TEST(refusesControlBytesAndGoesOn);
    CPPUNIT_TEST(endsOnQuit);
    CPPUNIT_TEST(answersOneClientWhileAnotherWaits);
    CPPUNIT_TEST(endsAWaitWhoseLocalClientIsGone);
    CPPUNIT_TEST(answersAHalfClosedClientThatWaits);
    CPPUNIT_TEST(closesIdleClientsAndSaysSo);
    CPPUNIT_TEST(keepsIdleClientsWhenThereIsNoLimit);
    CPPUNIT_TEST(sendsTheReplyToShutdownFirst);
    CPPUNIT_TEST(stopsWhileClientsWait);
    CPPUNIT_TEST(listensOnEveryAddressOrOnNone);
    CPPUNIT_TEST(replacesASocketThatADeadHostLeft);
    CPPUNIT_TEST(refusesOtherUsersOverTheUnixSocket);
    CPPUNIT_TEST(obeysWhomTheSocketWasOpenedTo);
    CPPUNIT_TEST(listensOnAnAbstractName);
    CPPUNIT_TEST(writesTheCallerToTheAuditLog);
    CPPUNIT_TEST_SUITE_END();

public:
    void answersOverTcpAfterAuth() {
        const RunningServer server;
        ControlClient client(server.port());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("ping"));
        CPPUNIT_ASSERT_EQUAL("OK authenticated\n.\n"s, client.ask("auth " + server.token()));
        CPPUNIT_ASSERT_EQUAL("OK stop shout\n.\n"s, client.ask("stop shout"));
    }

    void deniesOverTcpBeforeAuth() {
        RunningServer server;
        ControlClient client(server.port());
        CPPUNIT_ASSERT_EQUAL("ERR denied authenticate first: auth TOKEN; the token is in " +
                                 server.tokenFile().string() + "\n.\n",
                             client.ask("stop shout"));
        CHECK(startsWith(client.ask("help"), "OK 24 requests\nhelp [VERB]"));
        CHECK(isEmpty(server.host().asked()));
    }

    void cutsAfterTheLastWrongToken() {
        const RunningServer server;
        ControlClient client(server.port());
        const auto start = Clock::now();
        CPPUNIT_ASSERT_EQUAL("ERR denied wrong token\n.\n"s, client.ask("auth x"));
        CPPUNIT_ASSERT_EQUAL("ERR denied wrong token\n.\n"s, client.ask("auth y"));
        CPPUNIT_ASSERT_EQUAL("ERR denied wrong token again; closing\n.\n"s, client.ask("auth z"));
        CHECK(Clock::now() - start >= 70ms);
        CPPUNIT_ASSERT_EQUAL(""s, client.rest());
        ControlClient other(server.port());
        CHECK(startsWith(other.ask("auth " + server.token()), "OK"));
    }

    void cutsAStrangerThatKeepsAsking() {
        const RunningServer server;
        ControlClient client(server.port());
        std::string input = "POST / HTTP/1.1\r\nHost: x\r\n\r\n";
        for (int i = 0; i < 100; ++i) input += "shutdown now\n";
        client.send(input);
        std::size_t refusals = 0;
        while (client.line().starts_with("ERR")) {
            CPPUNIT_ASSERT_EQUAL(".\n"s, client.line());
            ++refusals;
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, refusals);
    }

    void trustsItsOwnUserOverTheUnixSocket() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK restart shout\n.\n"s, client.ask("restart shout"));
        CHECK(startsWith(client.ask("auth anything"), "OK"));
    }

    void keepsTheUnixSocketPrivateAndRemovesIt() {
        RunningServer server;
        struct stat found {};
        CPPUNIT_ASSERT_EQUAL(0, ::lstat(server.socketPath().c_str(), &found));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, found.st_mode & mode_t{07777});
        server.stop();
        CPPUNIT_ASSERT(!fs::exists(server.socketPath()));
        CPPUNIT_ASSERT(fs::exists(server.tokenFile()));
    }

    void answersInJsonWithoutADot() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        client.send("json ping\njson nonsense\nping\n");
        CPPUNIT_ASSERT_EQUAL("{\"ok\":true,\"text\":\"pong\"}\n"s, client.line());
        CHECK(startsWith(client.line(), "{\"ok\":false,\"code\":\"unknown\""));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.reply());
    }

    void answersPipelinedRequestsInOrder() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        std::string requests;
        for (int i = 0; i < 1000; ++i) requests += "kill " + std::to_string(i) + "\n";
        auto sender = std::async(std::launch::async, [&] { client.send(requests); });
        for (int i = 0; i < 1000; ++i) {
            CPPUNIT_ASSERT_EQUAL("OK kill " + std::to_string(i) + "\n.\n", client.reply());
        }
        sender.get();
    }

    void answersALastLineWithoutItsEnd() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        client.send("stop shout\nstart quiet");
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL("OK stop shout\n.\nOK start quiet\n.\n"s, client.rest());
    }

    void acceptsCarriageReturnsAndEmptyLines() {
        const RunningServer server;
        ControlClient client(server.port());
        client.send("\r\n\n   \nping\r\n");
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.reply());
    }

    void goesOnAfterALineThatIsTooLong() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        client.send(std::string(100'000, 'x'));
        CPPUNIT_ASSERT_EQUAL("ERR too-long a request has at most 8192 bytes\n.\n"s, client.reply());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("\nping"));
        const auto longest = "help " + std::string(8192 - 5, 'x');
        CHECK(startsWith(client.ask(longest), "ERR unknown"));
        CHECK(startsWith(client.ask(longest + "x"), "ERR too-long"));
    }

    void refusesControlBytesAndGoesOn() {
        const RunningServer server;
        ControlClient client(server.port());
        CPPUNIT_ASSERT_EQUAL("ERR bad-request byte 3 of the request is a control character\n.\n"s,
                             client.ask("pi\0ng"s));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("ping"));
    }

    void endsOnQuit() {
        const RunningServer server;
        ControlClient client(server.port());
        client.send("quit\nping\n");
        CPPUNIT_ASSERT_EQUAL("OK bye\n.\n"s, client.rest());
    }

    void answersOneClientWhileAnotherWaits() {
        RunningServer server;
        ControlClient waiting(server.socketPath());
        waiting.send("wait idle shout 1h\n");
        ControlClient other(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, other.ask("ping"));
        server.host().update("shout", [](auto& s) { s.connections.open = 0; });
        CPPUNIT_ASSERT_EQUAL("OK service \"shout\" is idle\n.\n"s, waiting.reply());
    }

    void endsAWaitWhoseLocalClientIsGone() {
        ServerSettings settings;
        settings.maxConnections = 1;
        RunningServer server(settings);
        {
            ControlClient waiting(server.socketPath());
            waiting.send("wait idle shout 1h\n");
            waiting.send("ping\n");
        }
        CPPUNIT_ASSERT(answersPing(server.socketPath()));
    }

    void answersAHalfClosedClientThatWaits() {
        RunningServer server;
        ControlClient waiting(server.port());
        waiting.send("auth " + server.token() + "\nwait idle shout 1h");
        waiting.finishSending();
        CPPUNIT_ASSERT_EQUAL("OK authenticated\n.\n"s, waiting.reply());
        server.host().update("shout", [](auto& s) { s.connections.open = 0; });
        CPPUNIT_ASSERT_EQUAL("OK service \"shout\" is idle\n.\n"s, waiting.rest());
    }

    void closesIdleClientsAndSaysSo() {
        ServerSettings settings;
        settings.idle = 100ms;
        const RunningServer server(settings);
        ControlClient silent(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("ERR timeout no request for 100ms; closing\n.\n"s, silent.rest());
    }

    void keepsIdleClientsWhenThereIsNoLimit() {
        ServerSettings settings;
        settings.idle = 0ms;
        const RunningServer server(settings);
        ControlClient silent(server.socketPath());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, silent.ask("ping"));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, silent.ask("ping"));
    }

    void sendsTheReplyToShutdownFirst() {
        RunningServer server;
        ControlClient client(server.socketPath());
        client.send("shutdown now\nping\n");
        CPPUNIT_ASSERT_EQUAL("OK ending now\n.\n"s, client.rest());
        CHECK(std::vector<std::string>{"shutdown now"} == server.host().asked());
    }

    void stopsWhileClientsWait() {
        RunningServer server;
        ControlClient waiting(server.socketPath());
        ControlClient silent(server.port());
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, silent.ask("ping"));
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, waiting.ask("ping"));
        waiting.send("wait idle shout 1h\n");
        const auto start = Clock::now();
        server.stop();
        CHECK(Clock::now() - start < 10s);
        CPPUNIT_ASSERT_EQUAL(""s, silent.rest());
    }

    void listensOnEveryAddressOrOnNone() {
        const RunningServer first;
        TemporaryFolder folder;
        FakeOperations host;
        auto options = onUnixSocket(folder / "second.sock");
        host::ListenAddress taken;
        taken.host = "127.0.0.1";
        taken.port = first.port();
        options.listen.push_back(taken);
        options.tokenFile = folder.path() / "token";
        CPPUNIT_ASSERT_THROW(
            host::control::ControlServer(options, host.operations(), {}, refusals_.log(),
                                         host::InheritedSockets()),
            std::runtime_error);
        CPPUNIT_ASSERT(!fs::exists(folder / "second.sock"));
    }

    void replacesASocketThatADeadHostLeft() {
        TemporaryFolder folder;
        auto options = onUnixSocket(folder / "c.sock");
        {
            Poco::Net::ServerSocket dead;
            dead.bind(unixAddress(folder / "c.sock"));
        }
        CPPUNIT_ASSERT(fs::exists(folder / "c.sock"));
        FakeOperations host;
        const host::control::ControlServer server(options, host.operations(), {}, refusals_.log(),
                                                  host::InheritedSockets());
        ControlClient client(folder / "c.sock");
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, client.ask("ping"));
        CPPUNIT_ASSERT_THROW(
            host::control::ControlServer(options, host.operations(), {}, refusals_.log(),
                                         host::InheritedSockets()),
            host::ListenError);
        CPPUNIT_ASSERT_EQUAL("OK pong\n.\n"s, ControlClient(folder / "c.sock").ask("ping"));
    }

    // Only root can be somebody else; for others there is nothing to try.
    void refusesOtherUsersOverTheUnixSocket() {
        if (::geteuid() != 0) return;
        RunningServer server;
        fs::permissions(server.socketPath(), fs::perms::all);
        CPPUNIT_ASSERT_EQUAL(
            "ERR denied this socket is for uid 0 and root; you are uid 65534\n.\n"s,
            answerToNobody(server.socketPath(), ""));
    }

    void obeysWhomTheSocketWasOpenedTo() {
        if (::geteuid() != 0) return;
        ServerSettings settings;
        settings.socketMode = {0666};
        const RunningServer server(settings);
        CPPUNIT_ASSERT_EQUAL("OK stop shout\n.\n"s,
                             answerToNobody(server.socketPath(), "stop shout\n"));
        CHECK(startsWith(server.audited().front(), "uid 65534 pid "));
    }

    void listensOnAnAbstractName() {
        const TemporaryFolder folder;  // its name makes this one unique
        const auto path = "@" + folder.path().string();
        FakeOperations operations;
        const host::control::ControlServer server(
            onUnixSocket(path), operations.operations(), [](const host::AuditRecord&) {},
            refusals_.log(), host::InheritedSockets());
        CPPUNIT_ASSERT_EQUAL("unix:" + path, toString(server.addresses().front()));
        ControlClient client(TcpClient(fs::path(path)).socket());
        CPPUNIT_ASSERT_EQUAL("OK stop shout\n.\n"s, client.ask("stop shout"));
    }

    void writesTheCallerToTheAuditLog() {
        const RunningServer server;
        ControlClient client(server.socketPath());
        CHECK(startsWith(client.ask("stop shout"), "OK"));
        const auto who = "uid " + std::to_string(::getuid()) + " pid " + std::to_string(::getpid());
        CHECK(std::vector<std::string>{who + " | stop shout | OK stop shout"} == server.audited());
    }

private:
    // What the server says to another user, who sends `requests`.
    static std::string answerToNobody(const fs::path& socket, const std::string& requests) {
        fs::permissions(socket.parent_path(), fs::perms::others_exec, fs::perm_options::add);
        Poco::Pipe input;
        Poco::Pipe output;
        const auto process =
            Poco::Process::launch("setpriv",
                                  {"--reuid", "65534", "--regid", "65534", "--clear-groups",
                                   "socat", "-t", "20", "-", "UNIX-CONNECT:" + socket.string()},
                                  &input, &output, nullptr);
        Poco::PipeOutputStream(input) << requests << std::flush;
        input.close(Poco::Pipe::CLOSE_BOTH);
        Poco::PipeInputStream stream(output);
        std::string answer;
        Poco::StreamCopier::copyToString(stream, answer);
        CPPUNIT_ASSERT_EQUAL(0, process.wait());
        return answer;
    }

    Refusals refusals_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ControlServerTest);

}  // namespace berth::test
