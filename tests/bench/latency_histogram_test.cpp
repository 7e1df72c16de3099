// tests/bench/latency_histogram_test.cpp - the recorder keeps its promise about errors.
#include "bench/load/latency_histogram.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using bench::LatencyHistogram;
using std::chrono::hours;
using std::chrono::nanoseconds;

// The same definition of a percentile, on the values themselves.
nanoseconds exactPercentile(std::vector<std::int64_t> values, double percent) {
    std::ranges::sort(values);
    const auto rank =
        static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
    return nanoseconds(values[std::max<std::size_t>(rank, 1) - 1]);
}

void assertWithinBound(nanoseconds exact, nanoseconds reported) {
    CHECK(reported >= exact);
    CHECK(static_cast<double>(reported.count()) <=
          static_cast<double>(exact.count()) * (1 + 1.0 / 128));
}

}  // namespace

class LatencyHistogramTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LatencyHistogramTest);
    CPPUNIT_TEST(reportsZeroWhenEmpty);
    CPPUNIT_TEST(keepsSmallValuesExact);
    CPPUNIT_TEST(staysWithinItsErrorForEveryMagnitude);
    CPPUNIT_TEST(agreesWithSortedValues);
    CPPUNIT_TEST(keepsTheMaximumExact);
    CPPUNIT_TEST(clampsWhatItCannotHold);
    CPPUNIT_TEST(mergesAsIfRecordedTogether);
    CPPUNIT_TEST_SUITE_END();

public:
    void reportsZeroWhenEmpty() {
        const LatencyHistogram histogram;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, histogram.count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, histogram.percentile(50).count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, histogram.max().count());
    }

    void keepsSmallValuesExact() {
        LatencyHistogram histogram;
        for (int value = 1; value <= 200; ++value) histogram.record(nanoseconds(value));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{100}, histogram.percentile(50).count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{198}, histogram.percentile(99).count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, histogram.percentile(0).count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{200}, histogram.percentile(100).count());
    }

    void staysWithinItsErrorForEveryMagnitude() {
        for (int bits = 0; bits < 40; ++bits) {
            for (const std::int64_t offset : {-1, 0, 1}) {
                const auto value = std::max<std::int64_t>((std::int64_t{1} << bits) + offset, 0);
                LatencyHistogram histogram;
                histogram.record(nanoseconds(value));
                histogram.record(hours(1));  // so that the maximum does not hide the bucket
                assertWithinBound(nanoseconds(value), histogram.percentile(50));
            }
        }
    }

    void agreesWithSortedValues() {
        std::mt19937_64 random(7);
        std::lognormal_distribution<double> latencies(11, 2);
        LatencyHistogram histogram;
        std::vector<std::int64_t> values;
        for (int i = 0; i < 20000; ++i) {
            values.push_back(static_cast<std::int64_t>(latencies(random)));
            histogram.record(nanoseconds(values.back()));
        }
        for (const double percent : {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
            assertWithinBound(exactPercentile(values, percent), histogram.percentile(percent));
        }
    }

    void keepsTheMaximumExact() {
        LatencyHistogram histogram;
        histogram.record(nanoseconds(1'234'567));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'234'567}, histogram.max().count());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1'234'567}, histogram.percentile(99.9).count());
    }

    void clampsWhatItCannotHold() {
        LatencyHistogram histogram;
        histogram.record(nanoseconds(-5));
        histogram.record(hours(24));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, histogram.percentile(50).count());
        CPPUNIT_ASSERT_EQUAL((std::int64_t{1} << 40) - 1, histogram.max().count());
    }

    void mergesAsIfRecordedTogether() {
        LatencyHistogram odd;
        LatencyHistogram even;
        LatencyHistogram all;
        for (int i = 0; i < 1000; ++i) {
            (i % 2 == 0 ? even : odd).record(nanoseconds(i * 997));
            all.record(nanoseconds(i * 997));
        }
        odd.merge(even);
        CPPUNIT_ASSERT_EQUAL(all.count(), odd.count());
        CHECK(all.max() == odd.max());
        for (int percent = 0; percent <= 100; ++percent) {
            CHECK(all.percentile(percent) == odd.percentile(percent));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LatencyHistogramTest);

}  // namespace berth::test
