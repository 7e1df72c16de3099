// tests/bench/arrivals_test.cpp - clients of a connect load are due when the rate says.
#include "bench/load/arrivals.h"

#include <cppunit/extensions/HelperMacros.h>

#include "support/check.h"

namespace berth::test {

using bench::Arrivals;
using bench::Clock;
using namespace std::chrono_literals;

class ArrivalsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArrivalsTest);
    CPPUNIT_TEST(withoutARateOneIsAlwaysDue);
    CPPUNIT_TEST(oneIsDueEachInterval);
    CPPUNIT_TEST(thoseThatComeLateKeepTheirTimes);
    CPPUNIT_TEST(tellsHowLongToWait);
    CPPUNIT_TEST_SUITE_END();

    const Clock::time_point start = Clock::now();

public:
    void withoutARateOneIsAlwaysDue() {
        Arrivals arrivals(0, start);
        CHECK(arrivals.take(start + 3ms) == start + 3ms);
        CHECK(arrivals.take(start + 3ms) == start + 3ms);
        CHECK(arrivals.nextWithin(start, 100ms) == start + 100ms);
    }

    void oneIsDueEachInterval() {
        Arrivals arrivals(100, start);
        CHECK(arrivals.take(start) == start);
        CPPUNIT_ASSERT(!arrivals.take(start + 9ms));
        CHECK(arrivals.take(start + 11ms) == start + 10ms);
        CPPUNIT_ASSERT(!arrivals.take(start + 11ms));
    }

    void thoseThatComeLateKeepTheirTimes() {
        Arrivals arrivals(100, start);
        for (auto due = start; due <= start + 50ms; due += 10ms) {
            CHECK(arrivals.take(start + 50ms) == due);
        }
        CPPUNIT_ASSERT(!arrivals.take(start + 50ms));
    }

    void tellsHowLongToWait() {
        Arrivals arrivals(100, start);
        CHECK(arrivals.nextWithin(start + 50ms, 100ms) == start + 51ms);
        static_cast<void>(arrivals.take(start));
        CHECK(arrivals.nextWithin(start, 100ms) == start + 10ms);
        CHECK(arrivals.nextWithin(start, 5ms) == start + 5ms);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArrivalsTest);

}  // namespace berth::test
