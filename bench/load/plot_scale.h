// bench/load/plot_scale.h - places values on an axis and chooses the values that it shows.
#pragma once

#include <vector>

namespace berth::bench {

// From 0 to a round number; or logarithmic between round numbers, where the values differ so much
// that the small ones could not be told apart.
class PlotScale {
public:
    // Requires: 0 < least <= most.
    PlotScale(double least, double most);

    // Where a value lies: 0 is the lower end of the axis, 1 the upper.
    [[nodiscard]] double place(double value) const;
    // The values to show, ascending; the first and the last are the ends.
    [[nodiscard]] const std::vector<double>& ticks() const noexcept { return ticks_; }
    [[nodiscard]] bool isLogarithmic() const noexcept { return logarithmic_; }

private:
    bool logarithmic_;
    std::vector<double> ticks_;
};

}  // namespace berth::bench
