// tests/cli/bench_process_test.cpp - `berth bench` takes addresses as every other command does.
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "cli/tool_process.h"
#include "support/check.h"

namespace berth::test {
namespace {

class BenchProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BenchProcessTest);
    CPPUNIT_TEST(takesEachFormOfAnAddress);
    CPPUNIT_TEST(refusesWhatIsNoAddress);
    CPPUNIT_TEST_SUITE_END();

public:
    // Nobody listens there, which the report says.
    void takesEachFormOfAnAddress() {
        for (const auto* address : {"1", "*:1", "127.0.0.1:1"}) {
            const auto result = runTool({"bench", address, "--duration", "50ms"});
            CPPUNIT_ASSERT_EQUAL(1, result.status);
            CHECK(startsWith(result.out, "127.0.0.1:1: echo"));
        }
    }

    void refusesWhatIsNoAddress() {
        const auto result = runTool({"bench", "here"});
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CHECK(startsWith(result.err, "berth: \"here\" is no address"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BenchProcessTest);

}  // namespace
}  // namespace berth::test
