// bench/load/svg_writer.cpp
#include "bench/load/svg_writer.h"

#include <iomanip>

namespace berth::bench {
namespace {

constexpr auto kStyle = R"(<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 17px; font-weight: 600 }
  .quiet { fill: #59636e; font-size: 12px }
  .value { font-weight: 600 }
  .back { fill: #ffffff }
  .grid { stroke: #d1d9e0 }
  .curve { fill: none; stroke: #0969da; stroke-width: 2 }
  .tail { stroke: #0969da; stroke-width: 2; stroke-dasharray: 4 4 }
  circle { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .back { fill: #0d1117 }
    .grid { stroke: #3d444d } .curve, .tail { stroke: #4493f8 } circle { fill: #4493f8 }
  }
</style>
)";

// XML allows no control characters at all.
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
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        }
    }
    return safe;
}

}  // namespace

SvgWriter::SvgWriter(double width, double height, std::string_view label) {
    out_ << std::fixed << std::setprecision(1)
         << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height
         << "\" width=\"" << width << "\" height=\"" << height << "\" role=\"img\" aria-label=\""
         << escaped(label) << "\">\n"
         << kStyle << "<rect class=\"back\" width=\"100%\" height=\"100%\"/>\n";
}

void SvgWriter::text(Point at, std::string_view kind, std::string_view anchor,
                     std::string_view content) {
    out_ << "<text x=\"" << at.x << "\" y=\"" << at.y << "\" class=\"" << kind
         << "\" text-anchor=\"" << anchor << "\">" << escaped(content) << "</text>\n";
}

void SvgWriter::line(Point from, Point to, std::string_view kind) {
    out_ << "<line class=\"" << kind << "\" x1=\"" << from.x << "\" y1=\"" << from.y << "\" x2=\""
         << to.x << "\" y2=\"" << to.y << "\"/>\n";
}

void SvgWriter::curve(std::span<const Point> points) {
    out_ << "<polyline class=\"curve\" points=\"";
    const char* separator = "";
    for (const auto& point : points) {
        out_ << separator << point.x << ',' << point.y;
        separator = " ";
    }
    out_ << "\"/>\n";
}

void SvgWriter::dot(Point at) {
    out_ << "<circle cx=\"" << at.x << "\" cy=\"" << at.y << "\" r=\"4\"/>\n";
}

std::string SvgWriter::finish() {
    out_ << "</svg>\n";
    return out_.str();
}

}  // namespace berth::bench
