// bench/load/svg_writer.h - writes the few shapes that a plot is made of.
#pragma once

#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace berth::bench {

// A picture for light and dark pages. Coordinates are pixels from the upper left corner; `kind` is
// a class of the style: title, quiet and value for text, grid and tail for lines.
class SvgWriter {
public:
    struct Point {
        double x;
        double y;
    };

    // `label`: what a screen reader says.
    SvgWriter(double width, double height, std::string_view label);

    // `anchor`: start, middle or end, as in SVG.
    void text(Point at, std::string_view kind, std::string_view anchor, std::string_view content);
    void line(Point from, Point to, std::string_view kind);
    void curve(std::span<const Point> points);
    void dot(Point at);

    // The whole file. Nothing may be added afterwards.
    [[nodiscard]] std::string finish();

private:
    std::ostringstream out_;
};

}  // namespace berth::bench
