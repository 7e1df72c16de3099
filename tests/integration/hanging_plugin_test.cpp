// tests/integration/hanging_plugin_test.cpp - a plugin whose code does not come back holds nobody
// up for longer than load_timeout.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "integration/answers_host.h"

namespace berth::test {
namespace {

const std::string kShort = "load_timeout = 300ms\n";

class HangingPluginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HangingPluginTest);
    CPPUNIT_TEST(leavesTheOldOneServing);
    CPPUNIT_TEST(isNotHeldByLoad);
    CPPUNIT_TEST(isLeftInTheLoader);
    CPPUNIT_TEST(letsOtherChangesFollow);
    CPPUNIT_TEST(doesNotKeepTheHostFromEnding);
    CPPUNIT_TEST_SUITE_END();

public:
    void leavesTheOldOneServing() {
        AnswersHost host("", kShort);
        const auto refused = host.swap("hangs_in_create");
        CPPUNIT_ASSERT_MESSAGE(refused, contains(refused, "did not come back within 300ms"));
        const auto served = host.client("one");
    }

    void isNotHeldByLoad() {
        AnswersHost host("", kShort, AnswersHost::kKind);
        const auto refused = host.load("hangs_in_create");
        CPPUNIT_ASSERT_MESSAGE(refused, contains(refused, "did not come back within 300ms"));
        CPPUNIT_ASSERT(host->control("restart answers").starts_with("OK"));
        const auto served = host.client("one");
        CPPUNIT_ASSERT(host.load("answers_two").starts_with("OK"));
        const auto next = host.client("two");
    }

    // The loader closes nothing either while a library hangs in it.
    void isLeftInTheLoader() {
        AnswersHost host("", kShort);
        auto old = host.client("one");
        const auto refused = host.load("hangs_when_loaded");
        CPPUNIT_ASSERT_MESSAGE(refused, contains(refused, "did not come back within 300ms"));
        CPPUNIT_ASSERT(host->control("restart answers").starts_with("OK"));
        old.send("still\n");
        CPPUNIT_ASSERT_EQUAL(std::string("one still\n"), old.receiveUntil("\n"));
        old.socket().close();
        host.client("one").finishSending();
        const auto stopped = host->control("stop answers");
        CPPUNIT_ASSERT_MESSAGE(stopped, stopped.starts_with("OK"));
        CPPUNIT_ASSERT(host.logged("while another library hangs in it"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
    }

    void letsOtherChangesFollow() {
        AnswersHost host(AnswersHost::section("other", ""), "load_timeout = 1s\n",
                         AnswersHost::kKind);
        TcpClient control(host->folder() / "control.sock");
        control.send("load " + fixturePlugin("hangs_in_create").string() + "\n");
        CPPUNIT_ASSERT(waitUntil([&] { return host.logged("hangs_in_create.so"); }));
        for (const auto* change : {"stop other", "restart answers", "reload"}) {
            const auto changed = host->control(change);
            CPPUNIT_ASSERT_MESSAGE(changed, changed.starts_with("OK"));
        }
        CPPUNIT_ASSERT(control.receiveUntil("\n.\n").starts_with("ERR"));
    }

    void doesNotKeepTheHostFromEnding() {
        AnswersHost host("", kShort);
        CPPUNIT_ASSERT(host.swap("hangs_in_create").starts_with("ERR"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HangingPluginTest);

}  // namespace
}  // namespace berth::test
