// tests/integration/services_test.cpp - the six services and the simplest clients there are.
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "integration/attempts.h"
#include "support/berthd_process.h"
#include "support/check.h"

namespace berth::test {
namespace {

// What a command line prints.
std::string shell(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), ::pclose);
    CPPUNIT_ASSERT(pipe);
    std::string text;
    std::array<char, 4096> buffer{};
    for (auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get()); count > 0;
         count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        text.append(buffer.data(), count);
    }
    return text;
}

// A tutorial's client: sends without a newline and calls recv(1024) once.
std::string oneSendOneReceive(std::uint16_t port, const std::string& text) {
    return shell("python3 -c 'import socket\ns = socket.create_connection((\"127.0.0.1\", " +
                 std::to_string(port) + "))\ns.send(b\"" + text +
                 "\")\nprint(s.recv(1024).decode(), end=\"\")'");
}

class ServicesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServicesTest);
    CPPUNIT_TEST(echoAnswersPythonAndNcAndSocat);
    CPPUNIT_TEST(uppercaseAnswersOneSendWithoutNewline);
    CPPUNIT_TEST(greetIsReadWholeByAClientThatSpokeFirst);
    CPPUNIT_TEST(execRunsACommand);
    CPPUNIT_TEST(consoleRunsACommandWithoutNewline);
    CPPUNIT_TEST(uploadTakesAWindowsPath);
    CPPUNIT_TEST(servesUnixAndIpv6);
    CPPUNIT_TEST(servesAnAbstractSocketToEveryTool);
    CPPUNIT_TEST(servesAThousandClientsAtOnce);
    CPPUNIT_TEST(servesAHalfClosedClient);
    CPPUNIT_TEST_SUITE_END();

    void echoAnswersPythonAndNcAndSocat() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        const auto port = std::to_string(host.port("echo"));
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), oneSendOneReceive(host.port("echo"), "hello"));
        CPPUNIT_ASSERT_EQUAL(std::string("hello\n"), shell("echo hello | nc -N 127.0.0.1 " + port));
        CPPUNIT_ASSERT_EQUAL(std::string("hello\n"),
                             shell("echo hello | socat -t20 - TCP:127.0.0.1:" + port));
    }

    void uppercaseAnswersOneSendWithoutNewline() {
        BerthdProcess host("[service:uppercase]\nlisten = 0\n");
        CPPUNIT_ASSERT_EQUAL(std::string("HELLO"),
                             oneSendOneReceive(host.port("uppercase"), "hello"));
        CPPUNIT_ASSERT_EQUAL(std::string(), oneSendOneReceive(host.port("uppercase"), "exit"));
    }

    void greetIsReadWholeByAClientThatSpokeFirst() {
        BerthdProcess host("[service:greet]\nlisten = 0\n");
        const auto port = host.port("greet");
        for (int i = 0; i < 50; ++i) {
            CPPUNIT_ASSERT(inAFewAttempts([&] { return greetsOneThatSpeaks(port); }));
        }
    }

    // False when it spoke late: greet takes what comes within two seconds.
    static bool greetsOneThatSpeaks(std::uint16_t port) {
        const InTime inTime(std::chrono::seconds(1));
        TcpClient client(port);
        client.send("are you there?");
        if (!inTime()) return false;
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you for connecting"), client.receiveAll());
        return true;
    }

    void execRunsACommand() {
        BerthdProcess host(
            "[service:exec]\nlisten = 0\ndirectory = .\ncommand.say = /bin/echo {word}\n");
        auto client = host.connect("exec");
        client.send("say 'one word; not a shell $HOME'\n");
        CPPUNIT_ASSERT_EQUAL(std::string("out 31\none word; not a shell $HOME\n").size() + 1,
                             client.receiveUntil("HOME\n").size() + 1);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0 "), client.receiveUntil("\n").substr(0, 7));
    }

    void consoleRunsACommandWithoutNewline() {
        BerthdProcess host(
            "[service:console]\nlisten = 0\ndirectory = .\ncommand.say = /bin/echo {word}\n");
        auto client = host.connect("console");
        CPPUNIT_ASSERT_EQUAL(std::string("欢迎进入管理界面."), client.receiveOnce());
        client.send("say hello");
        CPPUNIT_ASSERT_EQUAL(std::string("hello\n"), client.receiveUntil("\n"));
    }

    void uploadTakesAWindowsPath() {
        BerthdProcess host("[service:upload]\nlisten = 0\ndirectory = .\n");
        auto client = host.connect("upload");
        client.send(R"({"action":"put","filename":"C:\\Users\\me\\a.txt","file_size":5,"ack":true})"
                    "\nhello");
        CHECK(contains(client.receiveUntil("\n"), "\"status\":200"));
        CHECK(contains(client.receiveUntil("\n"), "\"status\":201"));
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), readFile(host.folder() / "a.txt"));
    }

    void servesUnixAndIpv6() {
        BerthdProcess host("[service:echo]\nlisten = 0, [::1]:0, unix:echo.sock\n");
        TcpClient local(host.folder() / "echo.sock");
        local.send("local");
        CPPUNIT_ASSERT_EQUAL(std::string("local"), local.receiveExactly(5));
        const auto status = host.control("json services");
        const auto at = status.find("[::1]:");
        CHECK(at != std::string::npos);
        TcpClient six(static_cast<std::uint16_t>(std::stoi(status.substr(at + 6))), "::1");
        six.send("six");
        CPPUNIT_ASSERT_EQUAL(std::string("six"), six.receiveExactly(3));
    }

    void servesAnAbstractSocketToEveryTool() {
        const auto tool = std::string(BERTH_TEST_BINARY_DIR) + "/bin/berth ";
        const TemporaryFolder folder;  // its name makes those of the sockets unique
        const auto name = [&](const std::string& last) {
            return "unix:@" + folder.path().string() + "/" + last;
        };
        BerthdProcess host(
            "[service:echo]\nlisten = " + name("echo") +
                "\n[service:upload]\ndirectory = .\nlisten = " + name("upload") +
                "\n[service:exec]\ndirectory = .\ncommand.hi = /bin/echo hi\nlisten = " +
                name("exec") + "\n",
            {.controlKeys = "listen = unix:control.sock, " + name("control") + "\n"});
        CPPUNIT_ASSERT_EQUAL(std::string("hello\n"),
                             shell("echo hello | " + tool + "talk " + name("echo")));
        CPPUNIT_ASSERT_EQUAL(std::string("hi\n"), shell(tool + "run " + name("exec") + " hi"));
        const auto file = folder.write("a.txt", "content");
        static_cast<void>(shell(tool + "put " + file.string() + " " + name("upload")));
        CPPUNIT_ASSERT_EQUAL(std::string("content"), readFile(host.folder() / "a.txt"));
        const auto status = shell(tool + "--control " + name("control") + " status");
        CHECK(contains(status, name("echo")));
    }

    void servesAThousandClientsAtOnce() {
        BerthdProcess host("[service:echo]\nlisten = 0\nmax_connections = 1000\n");
        const auto port = host.port("echo");
        std::vector<TcpClient> clients;
        clients.reserve(1000);
        for (int i = 0; i < 1000; ++i) {
            clients.emplace_back(port);
            clients.back().send(std::to_string(i) + "\n");
        }
        for (int i = 0; i < 1000; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::to_string(i) + "\n",
                                 clients[static_cast<std::size_t>(i)].receiveUntil("\n"));
        }
    }

    void servesAHalfClosedClient() {
        BerthdProcess host("[service:echo]\nlisten = 0\n");
        auto client = host.connect("echo");
        client.send("before the end");
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("before the end"), client.receiveAll());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServicesTest);

}  // namespace
}  // namespace berth::test
