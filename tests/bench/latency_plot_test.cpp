// tests/bench/latency_plot_test.cpp - the picture of a load run says what the run found.
#include "bench/load/latency_plot.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/load/plot_scale.h"
#include "support/check.h"

namespace berth::test {
namespace {

using bench::LoadResult;
using bench::PlotScale;
using namespace std::chrono_literals;

// 10,000 replies: the n-th of them took n microseconds.
LoadResult steadyResult() {
    LoadResult result;
    result.options.target = "127.0.0.1:7001";
    result.options.connections = 64;
    result.options.depth = 4;
    result.messages = 10000;
    result.elapsed = 2s;
    for (int i = 1; i <= 10000; ++i) result.latency.record(std::chrono::microseconds(i));
    return result;
}

// The x and y of each point of the curve.
std::vector<std::pair<double, double>> pointsOf(const std::string& svg) {
    const std::string start = "points=\"";
    const auto from = svg.find(start) + start.size();
    std::istringstream text(svg.substr(from, svg.find('"', from) - from));
    std::vector<std::pair<double, double>> points;
    double x = 0;
    double y = 0;
    for (char comma = 0; text >> x >> comma >> y;) points.emplace_back(x, y);
    return points;
}

Finding shows(const std::string& svg, const std::string& text) {
    return contains(svg, '>' + text + "</text>");
}

}  // namespace

class LatencyPlotTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LatencyPlotTest);
    CPPUNIT_TEST(tellsWhatWasMeasured);
    CPPUNIT_TEST(drawsACurveThatNeverFalls);
    CPPUNIT_TEST(labelsPercentilesWithTheirLatencies);
    CPPUNIT_TEST(choosesAUnitThatIsEasyToRead);
    CPPUNIT_TEST(escapesWhatTheUserWrote);
    CPPUNIT_TEST(drawsASingleReply);
    CPPUNIT_TEST(scalesFromZeroInRoundSteps);
    CPPUNIT_TEST(scalesLogarithmicallyWhereValuesDifferMuch);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsWhatWasMeasured() {
        const auto svg = latencyPlot(steadyResult());
        CHECK(shows(svg, "echo, 64 connections, 64-byte messages, 4 at once, 2.0 s"));
        CHECK(shows(svg, "5000 messages/s, 0.3 MB/s each way, 127.0.0.1:7001"));
    }

    void drawsACurveThatNeverFalls() {
        const auto points = pointsOf(latencyPlot(steadyResult()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{81}, points.size());
        for (std::size_t i = 1; i < points.size(); ++i) {
            CHECK(points[i].first > points[i - 1].first);
            CHECK(points[i].second <= points[i - 1].second);  // y grows downwards
        }
        CHECK(points.back().second < points.front().second);
    }

    void labelsPercentilesWithTheirLatencies() {
        const auto svg = latencyPlot(steadyResult());
        for (const auto* name : {"p0", "p50", "p90", "p99", "p99.9", "p99.99", "max"}) {
            CHECK(shows(svg, name));
        }
        // The histogram is at most 0.8 % too high; the maximum is exact.
        CHECK(shows(svg, "10 ms"));
        CHECK(shows(svg, "5.01 ms"));
        CHECK(contains(svg, "latency, ms (logarithmic)"));
    }

    void choosesAUnitThatIsEasyToRead() {
        auto result = steadyResult();
        result.latency = {};
        result.latency.record(120us);
        result.latency.record(180us);
        CHECK(shows(latencyPlot(result), "180 us"));
        CHECK(shows(latencyPlot(result), "latency, us"));
        result.latency.record(12s);
        CHECK(shows(latencyPlot(result), "12 s"));
    }

    void escapesWhatTheUserWrote() {
        auto result = steadyResult();
        result.options.target = "unix:/tmp/<a&b>";
        const auto svg = latencyPlot(result);
        CHECK(contains(svg, "unix:/tmp/&lt;a&amp;b&gt;"));
        CHECK(!contains(svg, "<a&b>"));
    }

    void drawsASingleReply() {
        auto result = steadyResult();
        result.latency = {};
        result.latency.record(0ns);
        const auto svg = latencyPlot(result);
        CPPUNIT_ASSERT_EQUAL(std::size_t{81}, pointsOf(svg).size());
        CHECK(!contains(svg, "nan"));
        CHECK(!contains(svg, "inf"));
    }

    void scalesFromZeroInRoundSteps() {
        const PlotScale scale(300, 430);
        CPPUNIT_ASSERT(!scale.isLogarithmic());
        CHECK(scale.ticks() == std::vector<double>({0, 100, 200, 300, 400, 500}));
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, scale.place(250), 1e-9);
    }

    void scalesLogarithmicallyWhereValuesDifferMuch() {
        const PlotScale scale(30, 1900);
        CPPUNIT_ASSERT(scale.isLogarithmic());
        const std::vector<double> expected{20, 50, 100, 200, 500, 1000, 2000};
        CPPUNIT_ASSERT_EQUAL(expected.size(), scale.ticks().size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CPPUNIT_ASSERT_DOUBLES_EQUAL(expected[i], scale.ticks()[i], 1e-6);
        }
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.5, scale.place(200), 1e-9);
        const PlotScale wide(0.5, 90000);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(0.1, wide.ticks().front(), 1e-9);
        CPPUNIT_ASSERT_DOUBLES_EQUAL(100000, wide.ticks().back(), 1e-3);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, wide.ticks().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LatencyPlotTest);

}  // namespace berth::test
