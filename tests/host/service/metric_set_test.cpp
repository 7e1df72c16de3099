// tests/host/service/metric_set_test.cpp - counters and gauges that outlive their service.
#include "host/service/metric_set.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <thread>
#include <vector>

namespace berth::test {
namespace {

using host::MetricSet;

class MetricSetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetricSetTest);
    CPPUNIT_TEST(handsOutTheSameMetricForAName);
    CPPUNIT_TEST(keepsCountersAndGaugesApart);
    CPPUNIT_TEST(listsByNameTheCountersFirst);
    CPPUNIT_TEST(sumsTheGaugesOfTheLivesThatThereAre);
    CPPUNIT_TEST(countsFromManyThreads);
    CPPUNIT_TEST_SUITE_END();

public:
    void handsOutTheSameMetricForAName() {
        auto& first = metrics_.counter("lines", "Lines read.");
        for (int i = 0; i < 100; ++i) {
            static_cast<void>(metrics_.counter("other" + std::to_string(i), ""));
        }
        CPPUNIT_ASSERT_EQUAL(&first, &metrics_.counter("lines", "Another text."));
    }

    void keepsCountersAndGaugesApart() {
        metrics_.counter("size", "").add(3);
        metrics_.gauge(this, "size", "").set(-5);
        const auto values = metrics_.values();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, values.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, values[0].value);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-5}, values[1].value);
    }

    void listsByNameTheCountersFirst() {
        metrics_.gauge(this, "a", "First.").set(1);
        metrics_.counter("z", "Last.").add();
        metrics_.counter("m", "Middle.").add(2);
        std::string names;
        for (const auto& value : metrics_.values()) {
            names += value.name + (value.counter ? "+" : "=") + value.help;
        }
        CPPUNIT_ASSERT_EQUAL(std::string("m+Middle.z+Last.a=First."), names);
    }

    // An old object and a new one of a service write one gauge, each what it knows.
    void sumsTheGaugesOfTheLivesThatThereAre() {
        const int before = 0;
        const int after = 0;
        metrics_.gauge(&before, "keys", "Stored.").set(7);
        metrics_.gauge(&after, "keys", "Stored.").set(2);
        metrics_.gauge(&before, "keys", "Stored.").add(-1);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, metrics_.values().at(0).value);
        metrics_.forget(&before);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, metrics_.values().at(0).value);
        metrics_.forget(&after);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, metrics_.values().at(0).value);
    }

    void countsFromManyThreads() {
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < 8; ++i) {
                threads.emplace_back([this] {
                    for (int n = 0; n < 1000; ++n) metrics_.counter("events", "").add();
                });
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{8000}, metrics_.counter("events", "").value());
    }

private:
    MetricSet metrics_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricSetTest);

}  // namespace
}  // namespace berth::test
