// tests/plugins/exec/ending_test.cpp - commands that do not end by themselves.
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <sstream>
#include <string>

#include "exec_fixture.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

// A command needs less to begin, unless the machine does other things: then the next one is tried.
constexpr std::array kTimes{scaled("1s", "3s"), "8s", "20s"};

class EndingTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EndingTest);
    CPPUNIT_TEST(endsACommandThatTakesTooLong);
    CPPUNIT_TEST(passesTheLastWordsOn);
    CPPUNIT_TEST(killsACommandThatIgnoresTerm);
    CPPUNIT_TEST(killsTheWholeGroup);
    CPPUNIT_TEST(capsTheOutput);
    CPPUNIT_TEST(allowsOutputOfExactlyTheCap);
    CPPUNIT_TEST(doesNotWaitForGrandchildren);
    CPPUNIT_TEST(refusesMoreCommandsThanAllowed);
    CPPUNIT_TEST_SUITE_END();

public:
    void endsACommandThatTakesTooLong() {
        for (const std::string time : kTimes) {
            ExecFixture exec(Values{{"timeout", time}, {"command.sleep", "/usr/bin/sleep 1000"}});
            const auto replies = exec.ask({"sleep", "probe args fine"});
            const auto tooLong = "error timeout the command took longer than " + time;
            CPPUNIT_ASSERT_EQUAL(tooLong, replies[0].closing);
            if (replies[1].closing == tooLong && time != kTimes.back()) continue;
            CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, exec.counter("commands_timed_out"));
            return;
        }
    }

    void passesTheLastWordsOn() {
        const auto reply = askOneThatBegan("probe obey-term", "20s");
        CPPUNIT_ASSERT_EQUAL(std::string("ready\nbye\n"), reply.out);
        CHECK(startsWith(reply.closing, "error timeout"));
    }

    void killsACommandThatIgnoresTerm() {
        const auto reply = askOneThatBegan("probe ignore-term", "50ms");
        CHECK(startsWith(reply.closing, "error timeout"));
        CHECK(endsWith(reply.out, "ready\n"));
        CPPUNIT_ASSERT(!isRunning(std::stoi(reply.out)));
    }

    void killsTheWholeGroup() {
        const auto reply = askOneThatBegan("probe child stay", "0");
        std::istringstream pids(reply.out);
        pid_t child = 0;
        pid_t grandchild = 0;
        CPPUNIT_ASSERT(pids >> child >> grandchild);
        CPPUNIT_ASSERT(!isRunning(child));
        CPPUNIT_ASSERT(waitUntil([&] { return !isRunning(grandchild); }));
    }

    void capsTheOutput() {
        ExecFixture exec(Values{{"max_output", "100000"}});
        const auto replies = exec.ask({"probe forever", "probe args fine"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{100'000}, replies[0].out.size());
        CPPUNIT_ASSERT_EQUAL(std::string("error output-limit the command wrote more than 100000"),
                             replies[0].closing);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[1].closing);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, exec.counter("commands_killed"));
    }

    void allowsOutputOfExactlyTheCap() {
        ExecFixture exec(Values{{"max_output", "100000"}});
        const auto replies = exec.ask({"probe bytes 100000", "probe bytes 100001"});
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), replies[0].closing);
        CPPUNIT_ASSERT_EQUAL(std::size_t{100'000}, replies[0].out.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{100'000}, replies[1].out.size());
        CHECK(startsWith(replies[1].closing, "error output-limit"));
    }

    void doesNotWaitForGrandchildren() {
        ExecFixture exec;
        const auto reply = exec.askOne("probe child go");
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), reply.closing);
        std::istringstream pids(reply.out);
        pid_t child = 0;
        pid_t grandchild = 0;
        CPPUNIT_ASSERT(pids >> child >> grandchild);
        CPPUNIT_ASSERT(waitUntil([&] { return !isRunning(grandchild); }));
    }

    void refusesMoreCommandsThanAllowed() {
        ExecFixture exec(Values{{"max_concurrent", "1"}});
        LiveClient first(exec);
        first.send("probe ignore-term\n");
        first.waitFor("ready");
        CPPUNIT_ASSERT_EQUAL(std::string("error busy 1 commands are running; try again"),
                             exec.askOne("probe args a").closing);
        first.reset();
        CPPUNIT_ASSERT(!first.waitForEnd());
        CPPUNIT_ASSERT_EQUAL(std::string("exit 0"), exec.askOne("probe args a").closing);
    }

private:
    // What it says before its time is over, and at its end.
    static FramedReply askOneThatBegan(const std::string& request, const std::string& killGrace) {
        FramedReply reply;
        for (const std::string time : kTimes) {
            ExecFixture exec(Values{{"timeout", time}, {"kill_grace", killGrace}});
            reply = exec.askOne(request);
            if (reply.out.find("ready\n") != std::string::npos) break;
        }
        return reply;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndingTest);

}  // namespace
}  // namespace berth::test
