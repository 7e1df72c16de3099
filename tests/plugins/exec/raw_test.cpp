// tests/plugins/exec/raw_test.cpp - the framing `raw`: plain bytes, for the simplest clients.
#include <cppunit/extensions/HelperMacros.h>

#include "exec_fixture.h"

namespace berth::test {
namespace {

const Values kRaw{{"framing", "raw"}};

class RawTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RawTest);
    CPPUNIT_TEST(sendsBothStreamsAsTheyAre);
    CPPUNIT_TEST(answersResultWhenACommandSaysNothing);
    CPPUNIT_TEST(answersARequestWithoutANewline);
    CPPUNIT_TEST(joinsPiecesThatComeTogether);
    CPPUNIT_TEST(answersPipelinedLines);
    CPPUNIT_TEST(tellsErrorsInOneLine);
    CPPUNIT_TEST(tellsASignalInOneLine);
    CPPUNIT_TEST(refusesALongRequestWithoutANewline);
    CPPUNIT_TEST(exitSaysNothing);
    CPPUNIT_TEST(answersAClientThatFinishedSending);
    CPPUNIT_TEST(aNameWithALineBreakForgesNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void aNameWithALineBreakForgesNothing() {
        ExecFixture exec(Values{{"framing", "raw"}});
        std::filesystem::create_directory(exec.root() / "a\nerror busy");
        std::filesystem::create_symlink("a\nerror busy", exec.root() / "a");
        CPPUNIT_ASSERT_EQUAL(std::string("result/a\\x0aerror busy\n"),
                             exec.exchange({"cd a\npwd\nexit\n"}));
    }

    void sendsBothStreamsAsTheyAre() {
        CPPUNIT_ASSERT_EQUAL(std::string("[a]\n"),
                             ExecFixture(kRaw).exchange({"probe args a\nexit\n"}));
        CPPUNIT_ASSERT_EQUAL(std::string("it failed\n"),
                             ExecFixture(kRaw).exchange({"probe complain\nexit\n"}));
    }

    void answersResultWhenACommandSaysNothing() {
        CPPUNIT_ASSERT_EQUAL(std::string("result"),
                             ExecFixture(kRaw).exchange({"probe exit 1\nexit\n"}));
        CPPUNIT_ASSERT_EQUAL(std::string("result/\n"),
                             ExecFixture(kRaw).exchange({"cd\npwd\nexit\n"}));
    }

    void answersARequestWithoutANewline() {
        ExecFixture exec(kRaw);
        LiveClient client(exec);
        client.send("probe args first");
        client.waitFor("[first]\n");
        client.send("probe args second");
        client.waitFor("[second]\n");
        client.send("exit");
        CPPUNIT_ASSERT(client.waitForEnd());
        CPPUNIT_ASSERT_EQUAL(std::string("[first]\n[second]\n"), client.received());
    }

    void joinsPiecesThatComeTogether() {
        CPPUNIT_ASSERT_EQUAL(std::string("[ab]\n"),
                             ExecFixture(kRaw).exchange({"probe ar", "gs a", "b", "\nexit\n"}));
    }

    void answersPipelinedLines() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("[1]\n[2]\n[3]\n"),
            ExecFixture(kRaw).exchange({"probe args 1\r\nprobe args 2\n\nprobe args 3\nexit"}));
    }

    void tellsErrorsInOneLine() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("error unknown-command there is no command dir; help lists them\n"),
            ExecFixture(kRaw).exchange({"dir\nexit\n"}));
    }

    void tellsASignalInOneLine() {
        CPPUNIT_ASSERT_EQUAL(std::string("error signal the command was ended by the signal SEGV\n"),
                             ExecFixture(kRaw).exchange({"probe die 11\nexit\n"}));
    }

    void refusesALongRequestWithoutANewline() {
        ExecFixture exec(Values{{"framing", "raw"}, {"max_line", "100"}});
        LiveClient client(exec);
        client.send("probe args " + std::string(200, 'x'));
        client.waitFor("error too-long a request is at most 100 bytes long\n");
        client.send("probe args fine");
        client.waitFor("[fine]\n");
        client.send("exit");
        CPPUNIT_ASSERT(client.waitForEnd());
    }

    void exitSaysNothing() {
        CPPUNIT_ASSERT_EQUAL(std::string(), ExecFixture(kRaw).exchange({"exit"}));
    }

    void answersAClientThatFinishedSending() {
        ExecFixture exec(kRaw);
        LiveClient client(exec);
        client.send("probe args a");
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
        CPPUNIT_ASSERT_EQUAL(std::string("[a]\n"), client.received());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RawTest);

}  // namespace
}  // namespace berth::test
