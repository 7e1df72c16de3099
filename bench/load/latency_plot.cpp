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

constexpr auto kStyle = R"(<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .quiet { fill: #59636e; font-size: 12px }
  .value { font-weight: 600 }
  .back { fill: #ffffff }
  .grid { stroke: #d1d9e0 }
  .curve { fill: none; stroke: #0969da; stroke-width: 2 }
  .tail { stroke-dasharray: 4 4 }
  circle { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .back { fill: #0d1117 }
    .grid { stroke: #3d444d } .curve { stroke: #4493f8 } circle { fill: #4493f8 }
  }
</style>
)";

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

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            default:
                safe += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        }
    }
    return safe;
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
          scale_(valueAt(0), valueAt(kMaxAt)) {
        out_ << std::fixed << std::setprecision(1);
    }

    std::string draw() {
        out_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << kWidth << ' '
             << kHeight << "\" width=\"" << kWidth << "\" height=\"" << kHeight
             << "\" role=\"img\" aria-label=\"Latency by percentile\">\n"
             << kStyle << "<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n";
        text(24, 34, "title", "start", describeLoad(result_));
        text(24, 58, "quiet", "start", describeSpeed(result_) + ", " + result_.options.target);
        drawLatencyAxis();
        drawPercentileAxis();
        drawCurve();
        for (const auto& mark : kMarks) drawMark(mark);
        out_ << "</svg>\n";
        return out_.str();
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

    void text(double x, double y, std::string_view kind, std::string_view anchor,
              std::string_view content) {
        out_ << "<text x=\"" << x << "\" y=\"" << y << "\" class=\"" << kind << "\" text-anchor=\""
             << anchor << "\">" << escaped(content) << "</text>\n";
    }

    void grid(double x1, double y1, double x2, double y2) {
        out_ << "<line class=\"grid\" x1=\"" << x1 << "\" y1=\"" << y1 << "\" x2=\"" << x2
             << "\" y2=\"" << y2 << "\"/>\n";
    }

    void drawLatencyAxis() {
        for (const double tick : scale_.ticks()) {
            grid(kLeft, up(tick), kRight, up(tick));
            text(kLeft - 8, up(tick) + 4, "quiet", "end", shortNumber(tick));
        }
        const auto name = "latency, " + std::string(unit_.name) +
                          (scale_.isLogarithmic() ? " (logarithmic)" : "");
        text(24, kTop - 12, "quiet", "start", name);
    }

    void drawPercentileAxis() {
        grid(kLeft, kTop, kLeft, kBottom);
        text(kLeft, kBottom + 20, "quiet", "middle", "p0");
        for (const auto& mark : kMarks) {
            grid(across(mark.nines), kTop, across(mark.nines), kBottom);
            text(across(mark.nines), kBottom + 20, "quiet", "middle", mark.name);
        }
        text((kLeft + kRight) / 2, kBottom + 44, "quiet", "middle",
             "percentile: of all replies, the share that came at least so fast");
    }

    void drawCurve() {
        out_ << "<polyline class=\"curve\" points=\"";
        for (int point = 0; point <= kPointsPerNine * kNines; ++point) {
            const double nines = static_cast<double>(point) / kPointsPerNine;
            out_ << (point == 0 ? "" : " ") << across(nines) << ',' << up(valueAt(nines));
        }
        out_ << "\"/>\n<line class=\"curve tail\" x1=\"" << across(kNines) << "\" y1=\""
             << up(valueAt(kNines)) << "\" x2=\"" << across(kMaxAt) << "\" y2=\""
             << up(valueAt(kMaxAt)) << "\"/>\n";
    }

    // The curve never falls, so the room above and before a point is free.
    void drawMark(const Mark& mark) {
        const double value = valueAt(mark.nines);
        out_ << "<circle cx=\"" << across(mark.nines) << "\" cy=\"" << up(value)
             << "\" r=\"4\"/>\n";
        const auto label = shortNumber(value) + ' ' + std::string(unit_.name);
        const bool atTheAxis = mark.nines < 1;
        text(across(mark.nines) - (atTheAxis ? 0 : 4), up(value) - 10, "value",
             atTheAxis ? "middle" : "end", label);
    }

    const LoadResult& result_;
    Unit unit_;
    PlotScale scale_;
    std::ostringstream out_;
};

}  // namespace

std::string latencyPlot(const LoadResult& result) {
    return Drawing(result).draw();
}

}  // namespace berth::bench
