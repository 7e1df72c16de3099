// tests/integration/overrun_test.cpp - a handler that needs more stack than its fiber has.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <csignal>
#include <string>

#include "support/berthd_process.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

class OverrunTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OverrunTest);
    CPPUNIT_TEST(namesTheServiceAndTheClient);
    CPPUNIT_TEST(findsAFrameThatIsLargerThanTheGuard);
    CPPUNIT_TEST(survivesWithinItsStack);
    CPPUNIT_TEST(takesALargerStackWhenToldTo);
    CPPUNIT_TEST(hasTheThreadsStackOnThreads);
    CPPUNIT_TEST_SUITE_END();

    static std::string service(const std::string& keys) {
        return "[service:deep]\nplugin = deep_recursion\nlisten = 0\n" + keys;
    }

    void namesTheServiceAndTheClient() { expectOverrun(service("engine = fibers\n")); }

    void findsAFrameThatIsLargerThanTheGuard() {
        expectOverrun(service("engine = fibers\nat_once = on\n"));
    }

    void survivesWithinItsStack() { expectSurvival(service("engine = fibers\nuse = 16K\n"), ""); }

    void takesALargerStackWhenToldTo() {
        expectSurvival(service("engine = fibers\nuse = 500K\n"),
                       scaled("stack_size = 1M\n", "stack_size = 4M\n"));
    }

    void hasTheThreadsStackOnThreads() {
        expectSurvival(service("engine = threads\nuse = 500K\n"), "");
    }

    static void expectSurvival(const std::string& services, const std::string& hostKeys) {
        BerthdProcess host(services, {.hostKeys = hostKeys});
        auto client = host.connect("deep");
        client.send("go\n");
        CPPUNIT_ASSERT_EQUAL(std::string("survived"), client.receiveExactly(8));
    }

    static void expectOverrun(const std::string& services) {
        BerthdProcess host(services, {.hostKeys = "stack_size = 64K\n"});
        auto client = host.connect("deep");
        const auto address = client.socket().address().toString();
        client.send("go\n");
        const auto status = host.wait(std::chrono::seconds(scaled(20, 120)));
        CPPUNIT_ASSERT(status.has_value());
        // A sanitizer reports the fault in its own way, after ours, and exits.
        if (!kSanitized) CPPUNIT_ASSERT_EQUAL(128 + SIGSEGV, *status);
        CHECK(*status != 0);
        const auto output = host.output();
        for (const auto& part :
             {std::string("service=deep"), address, std::string("overran its stack of 64K")}) {
            CHECK(contains(output, part));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OverrunTest);

}  // namespace
}  // namespace berth::test
