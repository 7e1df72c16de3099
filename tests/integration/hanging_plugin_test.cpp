// tests/integration/hanging_plugin_test.cpp - a plugin whose code does not come back holds nobody
// up for longer than load_timeout.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>
#include <utility>

#include "integration/answers_host.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

// Enough for a child that opens a plugin on a machine that others use, too.
const std::string kShort = "load_timeout = 6s\n";

class HangingPluginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HangingPluginTest);
    CPPUNIT_TEST(leavesTheOldOneServing);
    CPPUNIT_TEST(isNotHeldByLoad);
    CPPUNIT_TEST(holdsNoLockOfTheLoader);
    CPPUNIT_TEST(endsNobodyWhenItIsLoaded);
    CPPUNIT_TEST(isFoundByTheCheck);
    CPPUNIT_TEST(isLeftInTheLoaderWhenOnlyTheHostHangs);
    CPPUNIT_TEST(letsOtherChangesFollow);
    CPPUNIT_TEST(doesNotKeepTheHostFromEnding);
    CPPUNIT_TEST_SUITE_END();

public:
    void leavesTheOldOneServing() {
        AnswersHost host("", kShort);
        const auto refused = host.swap("hangs_in_create");
        CHECK(contains(refused, "did not come back within"));
        const auto served = host.client("one");
    }

    void isNotHeldByLoad() {
        AnswersHost host("", kShort, AnswersHost::kKind);
        const auto refused = host.load("hangs_in_create");
        CHECK(contains(refused, "did not come back within"));
        CHECK(startsWith(host->control("restart answers"), "OK"));
        const auto served = host.client("one");
        CHECK(startsWith(host.load("answers_two"), "OK"));
        const auto next = host.client("two");
    }

    // It hung in a process of its own: other libraries are loaded and closed, and a handler that
    // makes a thread_local with a destructor, which takes that lock, does not stop its loop.
    void holdsNoLockOfTheLoader() {
        AnswersHost host(
            "engine = fibers\n[service:local]\nplugin = thread_local_state\n"
            "listen = 0\nengine = fibers\n",
            kShort + "loops = 1\n");
        auto old = host.client("one");
        const auto refused = host.load("hangs_when_loaded");
        CHECK(contains(refused,
                       "hangs_when_loaded.so: its static "
                       "initialisers did not come back within"));
        auto local = host->connect("local");
        local.finishSending();
        CHECK(contains(local.receiveAll(), "a thread-local text"));
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        const auto next = host.client("two");
        old.socket().close();
        CHECK(waitUntil([&] { return host.logged("generation 1: unloaded"); }));
    }

    void endsNobodyWhenItIsLoaded() {
        AnswersHost host("", "");
        // ThreadSanitizer of GCC 14 ends a process that leaves while it loads with 66 itself.
        const std::string leaves =
            kThreadSanitized ? "called exit(" : "called exit(0) while it was opened";
        for (const auto& [fixture, end] :
             {std::pair("crashes_when_loaded",
                        std::string("crashed with SIGILL while it was opened")),
              std::pair("exits_when_loaded", leaves)}) {
            const auto refused = host.load(fixture);
            CHECK(contains(refused, std::string(fixture) + ".so: " + end));
            const auto served = host.client("one");
        }
    }

    void isFoundByTheCheck() {
        BerthdProcess check("[service:answers]\nlisten = 0\nplugin = " +
                                fixturePlugin("crashes_when_loaded").string() + "\n",
                            {.arguments = {"--check"}, .awaitReady = false});
        CPPUNIT_ASSERT_EQUAL(78, check.wait().value_or(-1));
        CHECK(contains(check.output(), "crashed with SIGILL while it was opened"));
    }

    // The loader closes nothing either while a library hangs in it.
    void isLeftInTheLoaderWhenOnlyTheHostHangs() {
        AnswersHost host("", kShort);
        auto old = host.client("one");
        const auto refused = host.load("hangs_in_the_host");
        CHECK(contains(refused, "did not come back within"));
        CHECK(startsWith(host->control("restart answers"), "OK"));
        old.send("still\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one still\n"), old.receiveUntil("\n"));
        old.socket().close();
        host.client("one").finishSending();
        const auto stopped = host->control("stop answers");
        CHECK(startsWith(stopped, "OK"));
        CHECK(waitUntil([&] { return host.logged("while another library hangs in it"); }));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
    }

    void letsOtherChangesFollow() {
        AnswersHost host(AnswersHost::section("other", ""), kShort, AnswersHost::kKind);
        TcpClient control(host->folder() / "control.sock");
        control.send("load " + fixturePlugin("hangs_in_create").string() + "\n");
        CHECK(waitUntil([&] { return host.logged("hangs_in_create.so"); }));
        for (const auto* change : {"stop other", "restart answers", "reload"}) {
            const auto changed = host->control(change);
            CHECK(startsWith(changed, "OK"));
        }
        CHECK(startsWith(control.receiveUntil("\n.\n"), "ERR"));
    }

    void doesNotKeepTheHostFromEnding() {
        AnswersHost host("", kShort);
        CHECK(startsWith(host.swap("hangs_in_create"), "ERR"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HangingPluginTest);

}  // namespace
}  // namespace berth::test
