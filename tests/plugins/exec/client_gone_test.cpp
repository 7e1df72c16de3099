// tests/plugins/exec/client_gone_test.cpp - when the client goes, the group goes.
#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "exec_fixture.h"
#include "support/check.h"

namespace berth::test {
namespace {

class ClientGoneTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientGoneTest);
    CPPUNIT_TEST(aResetKillsTheGroupAndItsGrandchildren);
    CPPUNIT_TEST(aResetKillsACommandThatWritesForEver);
    CPPUNIT_TEST(aHalfClosedClientIsProbedWithEmptyFrames);
    CPPUNIT_TEST(aHalfClosedClientGetsItsReplies);
    CPPUNIT_TEST(aRawCommandEndsSomeTimeAfterItsClientFinished);
    CPPUNIT_TEST_SUITE_END();

public:
    void aResetKillsTheGroupAndItsGrandchildren() {
        ExecFixture exec;
        LiveClient client(exec);
        client.send("probe child stay\n");
        client.waitFor("ready\n");
        pid_t child = 0;
        pid_t grandchild = 0;
        std::istringstream pids(client.received().substr(client.received().find('\n')));
        CPPUNIT_ASSERT(pids >> child >> grandchild);
        CPPUNIT_ASSERT(isRunning(child));
        CPPUNIT_ASSERT(isRunning(grandchild));
        client.reset();
        CPPUNIT_ASSERT(!client.waitForEnd());
        CPPUNIT_ASSERT(!isRunning(child));
        CPPUNIT_ASSERT(waitUntil([&] { return !isRunning(grandchild); }));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, exec.counter("commands_killed"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, exec.context().gauge("commands_running", "").value());
    }

    void aResetKillsACommandThatWritesForEver() {
        ExecFixture exec(Values{{"max_output", "0"}});
        LiveClient client(exec);
        client.send("probe forever\n");
        client.waitFor("for ever");
        client.reset();
        CPPUNIT_ASSERT(!client.waitForEnd());
    }

    void aHalfClosedClientIsProbedWithEmptyFrames() {
        ExecFixture exec;
        LiveClient client(exec);
        client.send("probe ignore-term\n");
        client.waitFor("ready\n");
        client.finishSending();
        // One at once, and another a second later.
        client.waitFor("ready\nout 0\nout 0\n");
        client.reset();
        CPPUNIT_ASSERT(!client.waitForEnd());
    }

    void aHalfClosedClientGetsItsReplies() {
        ExecFixture exec;
        LiveClient client(exec);
        client.send("probe args a\nprobe complain\n");
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
        const auto replies = parseFrames(client.received());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, replies.size());
        CPPUNIT_ASSERT_EQUAL(std::string("[a]\n"), replies[0].out);
        CPPUNIT_ASSERT_EQUAL(std::string("exit 3"), replies[1].closing);
    }

    void aRawCommandEndsSomeTimeAfterItsClientFinished() {
        ExecFixture exec(
            Values{{"framing", "raw"}, {"half_close_grace", "100ms"}, {"kill_grace", "50ms"}});
        LiveClient client(exec);
        client.send("probe ignore-term\n");
        client.waitFor("ready\n");
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
        CHECK(endsWith(
            client.received(),
            "error client-finished the client sends no more and the command went on for 100ms\n"));
        CPPUNIT_ASSERT(!isRunning(std::stoi(client.received())));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientGoneTest);

}  // namespace
}  // namespace berth::test
