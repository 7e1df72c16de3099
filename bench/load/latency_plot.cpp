// bench/load/latency_plot.cpp - draws a percentile curve with its axes and labels.
#include "bench/load/latency_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <vector>

#include "bench/load/load_report.h"
#include "bench/load/plot_scale.h"
#include "bench/load/svg_writer.h"
#include "berth/detail/require.h"

namespace berth::bench {
namespace {

constexpr double kWidth = 840;
constexpr double kHeight = 480;
constexpr double kLeft = 84;
constexpr double kRight = kWidth - 40;
constexpr double kTop = 92;
constexpr double kBottom = kHeight - 66;
constexpr int kPointsPerNine = 20;
constexpr int kNines = 4;
constexpr double kMaxAt = kNines + 0.6;  // where the maximum stands, in nines

struct Mark {
    std::string_view name;
    double nines;  // -log10(1 - p)
};

const std::array<Mark, 6> kMarks = {{{"p50", std::log10(2.0)},
                                     {"p90", 1},
                                     {"p99", 2},
                                     {"p99.9", 3},
                                     {"p99.99", 4},
                                     {"max", kMaxAt}}};

// What turns nanoseconds into the unit of the whole axis.
struct Unit {
    std::string_view name;
    double nanoseconds;
};

Unit unitFor(double nanoseconds) {
    if (nanoseconds < 10e6) return {"us", 1e3};
    return nanoseconds < 10e9 ? Unit{"ms", 1e6} : Unit{"s", 1e9};
}

double nanosecondsAt(const LatencyHistogram& latency, double nines) {
    const double percent = 100 * (1 - std::pow(10, -nines));
    const auto value = nines > kNines ? latency.max() : latency.percentile(percent);
    return std::max(1.0, static_cast<double>(value.count()));
}

std::string shortNumber(double value) {
    std::ostringstream text;
    text << std::setprecision(value < 1000 ? 3 : 10) << (value < 1000 ? value : std::round(value));
    return text.str();
}

class Drawing {
public:
    explicit Drawing(const LoadResult& result)
        : result_(result),
          unit_(unitFor(static_cast<double>(result.latency.max().count()))),
          scale_(valueAt(0), valueAt(kMaxAt)),
          svg_(kWidth, kHeight, "Latency by percentile") {}

    std::string draw() {
        svg_.text({24, 34}, "title", "start", describeLoad(result_));
        svg_.text({24, 58}, "quiet", "start",
                  describeSpeed(result_) + ", " + result_.options.target);
        drawLatencyAxis();
        drawPercentileAxis();
        drawCurve();
        for (const auto& mark : kMarks) drawMark(mark);
        return svg_.finish();
    }

private:
    [[nodiscard]] double valueAt(double nines) const {
        return nanosecondsAt(result_.latency, nines) / unit_.nanoseconds;
    }
    [[nodiscard]] static double across(double nines) {
        return kLeft + nines / kMaxAt * (kRight - kLeft);
    }
    [[nodiscard]] double up(double value) const {
        return kBottom - scale_.place(value) * (kBottom - kTop);
    }
    [[nodiscard]] SvgWriter::Point pointAt(double nines) const {
        return {across(nines), up(valueAt(nines))};
    }

    void drawLatencyAxis() {
        for (const double tick : scale_.ticks()) {
            svg_.line({kLeft, up(tick)}, {kRight, up(tick)}, "grid");
            svg_.text({kLeft - 8, up(tick) + 4}, "quiet", "end", shortNumber(tick));
        }
        const auto name = "latency, " + std::string(unit_.name) +
                          (scale_.isLogarithmic() ? " (logarithmic)" : "");
        svg_.text({24, kTop - 12}, "quiet", "start", name);
    }

    void drawPercentileAxis() {
        const auto tick = [&](double x, std::string_view name) {
            svg_.line({x, kTop}, {x, kBottom}, "grid");
            svg_.text({x, kBottom + 20}, "quiet", "middle", name);
        };
        tick(kLeft, "p0");
        for (const auto& mark : kMarks) tick(across(mark.nines), mark.name);
        svg_.text({(kLeft + kRight) / 2, kBottom + 44}, "quiet", "middle",
                  "percentile: of all replies, the share that came at least so fast");
    }

    void drawCurve() {
        std::vector<SvgWriter::Point> points;
        for (int point = 0; point <= kPointsPerNine * kNines; ++point) {
            points.push_back(pointAt(static_cast<double>(point) / kPointsPerNine));
        }
        svg_.curve(points);
        svg_.line(pointAt(kNines), pointAt(kMaxAt), "tail");
    }

    // The curve never falls, so the room above and before a point is free; p50 has none before it.
    void drawMark(const Mark& mark) {
        const auto at = pointAt(mark.nines);
        const auto label = shortNumber(valueAt(mark.nines)) + ' ' + std::string(unit_.name);
        const bool isFirst = mark.nines < 1;
        svg_.dot(at);
        svg_.text({at.x - (isFirst ? 0 : 4), at.y - 10}, "value", isFirst ? "middle" : "end",
                  label);
    }

    const LoadResult& result_;
    Unit unit_;
    PlotScale scale_;
    SvgWriter svg_;
};

}  // namespace

std::string latencyPlot(const LoadResult& result) {
    BERTH_REQUIRE(result.latency.count() > 0);
    return Drawing(result).draw();
}

}  // namespace berth::bench
