// tests/host/control/auth_throttle_test.cpp - guessing gets slower, and is forgotten in time.
#include "host/control/auth/auth_throttle.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>

namespace berth::test {
namespace {

using host::control::AuthThrottle;
using namespace std::chrono_literals;

void assertDelay(std::chrono::milliseconds expected, std::chrono::milliseconds actual) {
    CPPUNIT_ASSERT_EQUAL(expected.count(), actual.count());
}

}  // namespace

class AuthThrottleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthThrottleTest);
    CPPUNIT_TEST(doublesUpToTheLongestDelay);
    CPPUNIT_TEST(countsEachSourceByItself);
    CPPUNIT_TEST(forgetsASourceThatWasQuiet);
    CPPUNIT_TEST(keepsABoundedNumberOfSources);
    CPPUNIT_TEST_SUITE_END();

public:
    void doublesUpToTheLongestDelay() {
        for (const auto expected : {1s, 2s, 4s, 8s, 10s, 10s}) assertDelay(expected, fail("a"));
        for (int i = 0; i < 100; ++i) assertDelay(10s, fail("a"));
    }

    void countsEachSourceByItself() {
        assertDelay(1s, fail("a"));
        assertDelay(2s, fail("a"));
        assertDelay(1s, fail("b"));
    }

    void forgetsASourceThatWasQuiet() {
        assertDelay(1s, fail("a"));
        now_ += 59s;
        assertDelay(2s, fail("a"));
        now_ += 61s;
        assertDelay(1s, fail("a"));
    }

    void keepsABoundedNumberOfSources() {
        assertDelay(1s, fail("first"));
        for (int i = 0; i < 2000; ++i) {
            now_ += 1ms;
            assertDelay(1s, fail("source " + std::to_string(i)));
        }
        assertDelay(2s, fail("source 1999"));
        assertDelay(1s, fail("first"));
    }

private:
    std::chrono::milliseconds fail(const std::string& source) {
        return throttle_.failed(source, now_);
    }

    AuthThrottle throttle_{{1s, 10s, 60s, 5}};
    AuthThrottle::Clock::time_point now_ = AuthThrottle::Clock::now();
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthThrottleTest);

}  // namespace berth::test
