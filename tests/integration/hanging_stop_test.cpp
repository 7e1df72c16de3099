// tests/integration/hanging_stop_test.cpp - a service object that hangs while it is stopped or
// destroyed is left behind after load_timeout, by changes and by the end of the host.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "integration/answers_host.h"
#include "support/check.h"

namespace berth::test {
namespace {

// Enough for a child that opens a plugin on a machine that others use, too.
const std::string kShortPatience = "load_timeout = 6s\n";
const std::string kHang =
    "stop() of plugin hangs_in_stop 1.2.3, generation 1: the plugin's code "
    "did not come back within";

class HangingStopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HangingStopTest);
    CPPUNIT_TEST(isLeftBehindByAReload);
    CPPUNIT_TEST(isLeftBehindByTheLastClient);
    CPPUNIT_TEST(isLeftBehindByAStop);
    CPPUNIT_TEST(isLeftBehindByARemoval);
    CPPUNIT_TEST(doesNotKeepTheHostFromEnding);
    CPPUNIT_TEST(doesNotKeepTheOldProcessOfAnUpgrade);
    CPPUNIT_TEST_SUITE_END();

public:
    void isLeftBehindByAReload() {
        for (const std::string engine : {"threads", "fibers"}) {
            BerthdProcess host(section("a", engine) + section("b", engine),
                               {.hostKeys = kShortPatience});
            host.configure(section("a", engine, "good") + section("b", engine));
            requireOk(host, "reload");
            CHECK(waitUntil([&] { return contains(host.output(), "service \"a\": " + kHang); }));
            requireOk(host, "set a max_connections 5");
            requireOk(host, "restart b");
            requireEnd(host);
        }
    }

    void isLeftBehindByTheLastClient() {
        for (const std::string engine : {"threads", "fibers"}) {
            BerthdProcess host(section("a", engine), {.hostKeys = kShortPatience});
            auto last = host.connect("a");
            CPPUNIT_ASSERT_EQUAL(std::string("served\n"), last.receiveUntil("\n"));
            host.configure(section("a", engine, "good"));
            requireOk(host, "reload");
            last.finishSending();
            CHECK(waitUntil([&] { return contains(host.output(), kHang); }));
            requireOk(host, "restart a");
            requireEnd(host);
        }
    }

    void isLeftBehindByAStop() {
        BerthdProcess host(section("a", "threads") + section("b", "threads"),
                           {.hostKeys = kShortPatience});
        requireOk(host, "stop a");
        requireOk(host, "start a");
        requireOk(host, "restart b");
        requireEnd(host);
    }

    void isLeftBehindByARemoval() {
        BerthdProcess host(section("a", "threads") + section("b", "threads"),
                           {.hostKeys = kShortPatience});
        host.configure(section("c", "threads", "good"));
        requireOk(host, "reload");
        for (const std::string name : {"a", "b"}) {
            const auto hang = "service \"" + name + "\": " + kHang;
            CHECK(waitUntil([&] { return contains(host.output(), hang); }));
        }
        requireOk(host, "restart c");
        requireEnd(host);
    }

    void doesNotKeepTheHostFromEnding() {
        for (const std::string engine : {"threads", "fibers"}) {
            BerthdProcess host(section("a", engine) + section("b", engine),
                               {.hostKeys = kShortPatience});
            requireEnd(host);
            CHECK(contains(host.output(), "service \"b\": " + kHang));
        }
    }

    void doesNotKeepTheOldProcessOfAnUpgrade() {
        BerthdProcess host(section("a", "threads"), {.hostKeys = kShortPatience});
        requireOk(host, "upgrade");
        CPPUNIT_ASSERT(host.follow().has_value());
        requireEnd(host);
    }

private:
    static std::string section(const std::string& name, const std::string& engine,
                               const std::string& plugin = "hangs_in_stop") {
        return AnswersHost::section(name, "engine = " + engine + "\n", plugin);
    }
    static void requireOk(const BerthdProcess& host, const std::string& request) {
        const auto reply = host.control(request);
        CPPUNIT_ASSERT_MESSAGE(request + ": " + reply, reply.starts_with("OK"));
    }
    static void requireEnd(BerthdProcess& host) {
        host.signal(SIGTERM);
        CPPUNIT_ASSERT_MESSAGE(host.output(), host.wait().has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HangingStopTest);

}  // namespace
}  // namespace berth::test
