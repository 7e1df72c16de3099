// tests/cli/talk_process_test.cpp - `berth talk` in a pipe and on a terminal.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <csignal>
#include <string>

#include "cli/fake_server.h"
#include "cli/tool_process.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

void echoLines(FakeClient& client) {
    client.write("welcome\n");
    for (auto line = client.readLine(); !line.empty(); line = client.readLine()) {
        client.write("you said " + line + "\n");
    }
    client.write("bye\n");
}

class TalkProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TalkProcessTest);
    CPPUNIT_TEST(joinsAPipeWithTheService);
    CPPUNIT_TEST(movesMuchInBothDirectionsAtOnce);
    CPPUNIT_TEST(endsWithTheService);
    CPPUNIT_TEST(convertsLineEnds);
    CPPUNIT_TEST(givesUpOnSilenceWhenAsked);
    CPPUNIT_TEST(talksOverAUnixSocket);
    CPPUNIT_TEST(leavesBytesAloneInAPipe);
    CPPUNIT_TEST(sendsEditedLinesAndShowsAnswers);
    CPPUNIT_TEST(showsWhatArrivesAboveTheTypedLine);
    CPPUNIT_TEST(keepsTheHistoryForItsOwnerOnly);
    CPPUNIT_TEST(keepsNoHistoryWhenTold);
    CPPUNIT_TEST(masksWhatDrivesTheTerminal);
    CPPUNIT_TEST(endsWhenTheServiceCloses);
    CPPUNIT_TEST(endsAtInterruptWithTheTerminalPutBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void joinsAPipeWithTheService() {
        const FakeServer server(echoLines);
        const auto result = runTool({"talk", server.address()}, {}, "one\ntwo\n");
        CPPUNIT_ASSERT_EQUAL(std::string("welcome\nyou said one\nyou said two\nbye\n"), result.out);
        CPPUNIT_ASSERT_EQUAL(0, result.status);
    }

    void movesMuchInBothDirectionsAtOnce() {
        // Far more than all buffers between the two: a tool that waits to send hangs here.
        const FakeServer server([](FakeClient& client) {
            for (auto bytes = client.read(65536); !bytes.empty(); bytes = client.read(65536)) {
                client.write(bytes);
            }
        });
        const std::string bytes(20'000'000, 'x');
        TemporaryFolder folder;
        const auto input = folder.write("in", bytes);
        ToolOptions options;
        options.inputFile = input;
        CHECK(bytes == runTool({"talk", server.address()}, options).out);
    }

    void endsWithTheService() {
        const FakeServer server([](FakeClient& client) { client.write("Thank you\n"); });
        ToolProcess tool({"talk", server.address()});  // its input stays open
        CPPUNIT_ASSERT_EQUAL(std::string("Thank you\n"), tool.wait().out);
    }

    void convertsLineEnds() {
        const FakeServer server([](FakeClient& client) { client.write(client.readToEnd()); });
        CPPUNIT_ASSERT_EQUAL(std::string("a\r\nb\r\n"),
                             runTool({"talk", "--crlf", server.address()}, {}, "a\nb\n").out);
        CPPUNIT_ASSERT_EQUAL(std::string("ab"),
                             runTool({"talk", "--no-newline", server.address()}, {}, "a\nb\n").out);
    }

    void givesUpOnSilenceWhenAsked() {
        const FakeServer server([](FakeClient& client) { static_cast<void>(client.readToEnd()); });
        ToolProcess tool({"talk", "--timeout", "100ms", server.address()});
        CPPUNIT_ASSERT_EQUAL(75, tool.wait().status);
    }

    void talksOverAUnixSocket() {
        const TemporaryFolder folder;
        const FakeServer server(echoLines, folder / "s.sock");
        const auto result = runTool({"talk", "unix:" + (folder / "s.sock").string()}, {}, "x\n");
        CHECK(contains(result.out, "you said x"));
    }

    void leavesBytesAloneInAPipe() {
        const FakeServer server(
            [](FakeClient& client) { client.write(std::string("\x1b[2J\0\xff", 6)); });
        CPPUNIT_ASSERT_EQUAL(std::string("\x1b[2J\0\xff", 6),
                             runTool({"talk", server.address()}).out);
    }

    void sendsEditedLinesAndShowsAnswers() {
        const FakeServer server(echoLines);
        ToolProcess tool({"talk", server.address()}, terminal());
        static_cast<void>(tool.readUntil("> "));
        tool.send(
            "onx\x7f"
            "e\r");  // a slip and Backspace
        static_cast<void>(tool.readUntil("you said one\r\n"));
        static_cast<void>(tool.readUntil("> "));
        tool.send("\x1b[A two\r");  // Up brings the line back
        static_cast<void>(tool.readUntil("you said one two\r\n"));
        static_cast<void>(tool.readUntil("> "));
        tool.send("\x04");
        static_cast<void>(tool.readUntil("bye"));
        CPPUNIT_ASSERT_EQUAL(0, tool.wait().status);
    }

    void showsWhatArrivesAboveTheTypedLine() {
        const FakeServer server([](FakeClient& client) {
            if (client.readLine() == "go") client.write("news");
            if (client.readLine() == "half typed") client.write("done\n");
        });
        ToolProcess tool({"talk", server.address()}, terminal());
        static_cast<void>(tool.readUntil("> "));
        tool.send("go\rhalf ");
        static_cast<void>(tool.readUntil("news\r\n"));
        static_cast<void>(tool.readUntil("> half "));
        tool.send("typed\r");
        static_cast<void>(tool.readUntil("done"));
        CPPUNIT_ASSERT_EQUAL(0, tool.wait().status);
    }

    void keepsTheHistoryForItsOwnerOnly() {
        for (int round = 0; round < 2; ++round) {
            const FakeServer server(echoLines);
            ToolProcess tool({"talk", server.address()}, terminal());
            static_cast<void>(tool.readUntil("> "));
            tool.send(round == 0 ? "remember\r secret\r" : "\x1b[A\r");
            static_cast<void>(tool.readUntil(round == 0 ? "said  secret" : "said remember"));
            tool.signal(SIGTERM);
            static_cast<void>(tool.wait());
        }
        const auto file = state_ / "berth/history";
        struct stat status {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(file.c_str(), &status));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, static_cast<mode_t>(status.st_mode & 07777));
        CHECK(contains(readFile(file), "remember"));
        CHECK(!contains(readFile(file), "secret"));
    }

    void keepsNoHistoryWhenTold() {
        const FakeServer server(echoLines);
        ToolProcess tool({"talk", "--no-history", server.address()}, terminal());
        static_cast<void>(tool.readUntil("> "));
        tool.send("forget\r");
        static_cast<void>(tool.readUntil("you said forget"));
        tool.send("\x04");
        CPPUNIT_ASSERT_EQUAL(0, tool.wait().status);
        CPPUNIT_ASSERT(!std::filesystem::exists(state_ / "berth"));
    }

    void masksWhatDrivesTheTerminal() {
        const FakeServer server([](FakeClient& client) {
            client.write(
                "\x1b]0;title\a\x1b[31mred\x1b[0m\x9b"
                "2J\n");
            static_cast<void>(client.readToEnd());
        });
        ToolProcess tool({"talk", server.address()}, terminal());
        static_cast<void>(tool.readUntil("^[]0;title^G\x1b[31mred\x1b[0m\\x9b2J"));
    }

    void endsWhenTheServiceCloses() {
        const FakeServer server(
            [](FakeClient& client) { client.write("Thank you for connecting"); });
        ToolProcess tool({"talk", server.address()}, terminal());
        const auto result = tool.wait();
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "Thank you for connecting\r\n"));
    }

    void endsAtInterruptWithTheTerminalPutBack() {
        const FakeServer server(echoLines);
        ToolProcess tool({"talk", server.address()}, terminal());
        static_cast<void>(tool.readUntil("> "));
        tool.send("\x03");
        CPPUNIT_ASSERT_EQUAL(128 + SIGINT, tool.wait().status);
    }

private:
    ToolOptions terminal() const {
        ToolOptions options;
        options.terminal = true;
        options.environment = {"XDG_STATE_HOME=" + state_.string()};
        return options;
    }

    TemporaryFolder folder_;
    std::filesystem::path state_ = folder_.path();
};

CPPUNIT_TEST_SUITE_REGISTRATION(TalkProcessTest);

}  // namespace
}  // namespace berth::test
