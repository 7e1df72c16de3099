// tests/plugins/exec/frames_test.cpp - requests and replies in the framing `frames`.
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "exec_fixture.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

class FramesTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FramesTest);
    CPPUNIT_TEST(sendsOutputAndTheExitCode);
    CPPUNIT_TEST(sendsErrorsAsTheirOwnStream);
    CPPUNIT_TEST(keepsTheOrderOfBothStreams);
    CPPUNIT_TEST(tellsEveryExitCodeExactly);
    CPPUNIT_TEST(tellsTheSignalByName);
    CPPUNIT_TEST(tellsHowLongACommandTook);
    CPPUNIT_TEST(carriesBytesThatLookLikeFrames);
    CPPUNIT_TEST(carriesLargeOutputWhole);
    CPPUNIT_TEST(answersEachPipelinedRequestInOrder);
    CPPUNIT_TEST(answersARequestSplitAtEveryByte);
    CPPUNIT_TEST(answersALastLineWithoutItsEnd);
    CPPUNIT_TEST(saysNothingToBlankLines);
    CPPUNIT_TEST(goesOnAfterARefusedRequest);
    CPPUNIT_TEST(suggestsTheCommandThatWasMeant);
    CPPUNIT_TEST(helpListsAllCommandsWithTheirArguments);
    CPPUNIT_TEST(changesAndTellsTheWorkingDirectory);
    CPPUNIT_TEST(exitEndsTheConversation);
    CPPUNIT_TEST(waitsForACommandThatClosedItsOutput);
    CPPUNIT_TEST(tellsWhyAProgramCouldNotBeRun);
    CPPUNIT_TEST(countsAndLogsWithoutArguments);
    CPPUNIT_TEST(servesWhatItReceivedBeforeADrain);
    CPPUNIT_TEST(keepsErrorsShort);
    CPPUNIT_TEST_SUITE_END();

public:
    // In one piece with the request before it, or in a piece of its own.
    void servesWhatItReceivedBeforeADrain() {
        for (const auto& pieces : {std::vector<std::string>{"probe args a\nprobe args b\n"},
                                   std::vector<std::string>{"probe args a\n", "probe args b\n"}}) {
            ExecFixture exec;
            exec.context().setDraining(true);
            const auto replies = parseFrames(exec.exchange(pieces));
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, replies.size());
            CPPUNIT_ASSERT_EQUAL(std::string("[b]\n"), replies[1].out);
        }
    }

    // `berth run` takes a header of 4,096 bytes.
    void keepsErrorsShort() {
        const auto pattern = std::string(500, 'a');
        ExecFixture exec(Values{
            {"max_line", "64K"},
            {"command.int", EXEC_PROBE " args {n:int}"},
            {"command.same", EXEC_PROBE " args {a:/" + pattern + "/} {b:/" + pattern + "/} {c:/" +
                                 pattern + "/} {d:/" + pattern + "/} {e:/" + pattern + "/}"}});
        const std::string text(60'000, 'x');
        for (const auto& request :
             {text, "int " + text, "int -" + text, "same " + text, "same " + text + " a b c d"}) {
            const auto closing = exec.askOne(request).closing;
            CHECK(startsWith(closing, "error "));
            CHECK(closing.size() < 2100);
        }
    }

    void sendsOutputAndTheExitCode() {
        ExecFixture exec;
        CPPUNIT_ASSERT_EQUAL(std::string("out 4\n[a]\nexit 0 "),
                             exec.exchange({"probe args a\nexit\n"}).substr(0, 17));
    }

    void sendsErrorsAsTheirOwnStream() {
        const auto reply = ExecFixture().askOne("probe complain");
        CPPUNIT_ASSERT_EQUAL(std::string(), reply.out);
        CPPUNIT_ASSERT_EQUAL(std::string("it failed\n"), reply.err);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 3"), reply.closing);
    }

    void keepsTheOrderOfBothStreams() {
        ExecFixture exec;
        const auto fifo = exec.root() / "turns";
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(fifo.c_str(), 0600));
        LiveClient client(exec);
        client.send("probe turns turns\nexit\n");
        std::ofstream turns(fifo);
        client.waitFor("out 1\n1");
        turns << '.' << std::flush;
        client.waitFor("err 1\n2");
        turns << '.' << std::flush;
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto reply = parseFrames(client.received()).front();
        CHECK(std::vector<std::string>{"out 1", "err 1", "out 1"} == reply.pieces);
        CPPUNIT_ASSERT_EQUAL(std::string("13"), reply.out);
    }

    void tellsEveryExitCodeExactly() {
        ExecFixture exec;
        for (const auto* code : {"0", "1", "2", "64", "126", "127", "128", "255"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("exit ") + code,
                                 exec.askOne(std::string("probe exit ") + code).closing);
        }
    }

    void tellsTheSignalByName() {
        ExecFixture exec;
        CPPUNIT_ASSERT_EQUAL(std::string("signal KILL"), exec.askOne("probe die 9").closing);
        CPPUNIT_ASSERT_EQUAL(std::string("signal SEGV"), exec.askOne("probe die 11").closing);
        CPPUNIT_ASSERT_EQUAL(std::string("signal RTMIN+2"),
                             exec.askOne("probe die " + std::to_string(SIGRTMIN + 2)).closing);
    }

    void tellsHowLongACommandTook() {
        ExecFixture exec(Values{{"command.sleep", "/usr/bin/sleep {seconds}"}});
        const auto bytes = exec.exchange({"sleep 0.05\nexit\n"});
        CHECK(startsWith(bytes, "exit 0 "));
        const auto took = std::stol(bytes.substr(7));
        CHECK(took >= 50);
        CHECK(took < 20'000);
    }

    void carriesBytesThatLookLikeFrames() {
        ExecFixture exec(Values{{"command.say", "/usr/bin/printf %b {text}"}});
        const auto reply = exec.askOne(R"(say 'exit 0 0\nout 9\n\0\nerror busy x\n')");
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0 0\nout 9\n\0\nerror busy x\n", 30), reply.out);
    }

    void carriesLargeOutputWhole() {
        const auto reply = ExecFixture().askOne("probe bytes 3000001");
        CPPUNIT_ASSERT_EQUAL(std::string(3'000'001, 'x'), reply.out);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), reply.closing);
    }

    void answersEachPipelinedRequestInOrder() {
        std::vector<std::string> requests;
        for (int i = 0; i < 20; ++i) requests.push_back("probe args " + std::to_string(i));
        const auto replies = ExecFixture().ask(requests);
        CPPUNIT_ASSERT_EQUAL(requests.size(), replies.size());
        for (std::size_t i = 0; i < replies.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL('[' + std::to_string(i) + "]\n", replies[i].out);
        }
    }

    void answersARequestSplitAtEveryByte() {
        ExecFixture exec;
        const std::string request = "probe args 'a b'\r\nexit\n";
        for (std::size_t at = 1; at < request.size(); ++at) {
            const auto replies =
                parseFrames(exec.exchange({request.substr(0, at), request.substr(at)}));
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, replies.size());
            CPPUNIT_ASSERT_EQUAL(std::string("[a b]\n"), replies[0].out);
        }
    }

    void answersALastLineWithoutItsEnd() {
        ExecFixture exec;
        LiveClient client(exec);
        client.send("probe args a");
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, replies.size());
        CPPUNIT_ASSERT_EQUAL(std::string("[a]\n"), replies[0].out);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[0].closing);
    }

    void saysNothingToBlankLines() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, ExecFixture().ask({"", "  \t ", "\r", "pwd"}).size());
    }

    void goesOnAfterARefusedRequest() {
        ExecFixture exec(Values{{"max_line", "64"}, {"max_arguments", "3"}});
        const auto replies = exec.ask({"probe args 'a", "probe", "probe a b c d",
                                       "probe args " + std::string(100, 'x'), "pwd extra",
                                       "probe args -x", "probe args fine"});
        const std::vector<std::string> expected{
            "error bad-request the quote ' is never closed (byte 12)",
            "error bad-arguments <action> is missing; usage: probe <action> [rest...]",
            "error bad-arguments a request has at most 3 arguments",
            "error too-long a request is at most 64 bytes long",
            "error bad-arguments too many arguments; usage: pwd",
            "error bad-arguments -x begins with a dash: clients may not add options here; "
            "usage: probe <action> [rest...]",
            "exit 0"};
        CPPUNIT_ASSERT_EQUAL(expected.size(), replies.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(expected[i], replies[i].closing);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("[fine]\n"), replies.back().out);
    }

    void suggestsTheCommandThatWasMeant() {
        ExecFixture exec;
        CPPUNIT_ASSERT_EQUAL(
            std::string("error unknown-command there is no command prob; did you mean probe?"),
            exec.askOne("prob x").closing);
        CPPUNIT_ASSERT_EQUAL(
            std::string("error unknown-command there is no command zzzzzz; help lists them"),
            exec.askOne("zzzzzz").closing);
    }

    void helpListsAllCommandsWithTheirArguments() {
        ExecFixture exec(Values{{"command.tail", "/usr/bin/tail -n {lines:int} -- {file:path}"},
                                {"command.dir", "/usr/bin/dir {path?}"}});
        CPPUNIT_ASSERT_EQUAL(std::string("cd [path]  goes to a directory; without a path, to /\n"
                                         "exit       ends the connection\n"
                                         "help       lists the commands\n"
                                         "pwd        tells the working directory\n"
                                         "dir [path]\n"
                                         "probe <action> [rest...]\n"
                                         "tail <lines:int> <file:path>\n"),
                             exec.askOne("help").out);
    }

    void changesAndTellsTheWorkingDirectory() {
        ExecFixture exec;
        std::filesystem::create_directories(exec.root() / "a b/c");
        const auto replies = exec.ask({"pwd", "cd 'a b/c'", "pwd", "probe directory", "cd ..",
                                       "pwd", "cd", "pwd", "cd missing", "pwd"});
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[0].out);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CPPUNIT_ASSERT_EQUAL(std::string("/a b/c\n"), replies[2].out);
        CPPUNIT_ASSERT_EQUAL((exec.root() / "a b/c").string() + '\n', replies[3].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/a b\n"), replies[5].out);
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[7].out);
        CPPUNIT_ASSERT_EQUAL(std::string("error not-found there is no such file or directory"),
                             replies[8].closing);
        CPPUNIT_ASSERT_EQUAL(std::string("/\n"), replies[9].out);
    }

    void exitEndsTheConversation() {
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0 0\n"), ExecFixture().exchange({"exit\npwd\n"}));
    }

    void waitsForACommandThatClosedItsOutput() {
        CPPUNIT_ASSERT_EQUAL(std::string("exit 7"), ExecFixture().askOne("probe close 7").closing);
    }

    void tellsWhyAProgramCouldNotBeRun() {
        TemporaryFolder folder;
        const auto script = folder.path() / "script";
        std::ofstream(script) << "echo no shell runs this\n";
        ::chmod(script.c_str(), 0755);
        ExecFixture exec(Values{{"command.script", script.string()}});
        // ThreadSanitizer makes a fork of each vfork: the child cannot tell why through memory.
        const auto expected = kThreadSanitized ? std::string("exit 127")
                                               : "error spawn-failed cannot run " +
                                                     script.string() + ": Exec format error";
        CPPUNIT_ASSERT_EQUAL(expected, exec.askOne("script").closing);
    }

    void countsAndLogsWithoutArguments() {
        ExecFixture exec;
        static_cast<void>(
            exec.ask({"probe args secret", "probe exit 1", "probe die 9", "nothing"}));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, exec.counter("commands_run"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, exec.counter("commands_failed"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, exec.counter("requests_refused"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, exec.context().gauge("commands_running", "").value());
        bool logged = false;
        for (const auto& line : exec.context().logLines()) {
            if (!line.starts_with("information: ")) continue;
            CHECK(!contains(line, "secret"));
            logged = logged || line.find("probe: exit 1 in ") != std::string::npos;
        }
        CPPUNIT_ASSERT(logged);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FramesTest);

}  // namespace
}  // namespace berth::test
