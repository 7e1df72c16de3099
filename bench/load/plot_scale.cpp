// bench/load/plot_scale.cpp
#include "bench/load/plot_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "berth/detail/require.h"

namespace berth::bench {
namespace {

constexpr double kLogarithmicFrom = 20;  // most to least
constexpr double kTicksWanted = 5;
constexpr double kManyPowers = 3;  // beyond these, powers of ten are enough
constexpr std::array kFactors = {1.0, 2.0, 5.0};

// The largest 1, 2 or 5 times a power of ten that is not above `value`.
double roundDown(double value) {
    const double power = std::pow(10, std::floor(std::log10(value) + 1e-12));
    double found = power;
    for (const double factor : kFactors) {
        if (factor * power <= value * (1 + 1e-12)) found = factor * power;
    }
    return found;
}

double roundUp(double value) {
    const double below = roundDown(value);
    if (below >= value * (1 - 1e-12)) return below;
    const double power = std::pow(10, std::floor(std::log10(below) + 1e-12));
    for (const double factor : kFactors) {
        if (factor * power >= value) return factor * power;
    }
    return 10 * power;
}

std::vector<double> linearTicks(double most) {
    const double step = roundUp(most / kTicksWanted);
    std::vector<double> ticks;
    for (double index = 0; ticks.empty() || ticks.back() < most * (1 - 1e-9); ++index) {
        ticks.push_back(index * step);
    }
    return ticks;
}

std::vector<double> logarithmicTicks(double least, double most) {
    const bool powersOnly = std::log10(most / least) > kManyPowers;
    const auto next = [&](double tick) { return powersOnly ? tick * 10 : roundUp(tick * 1.5); };
    double tick = powersOnly ? std::pow(10, std::floor(std::log10(least))) : roundDown(least);
    std::vector<double> ticks{tick};
    while (tick < most * (1 - 1e-9)) ticks.push_back(tick = next(tick));
    return ticks;
}

}  // namespace

PlotScale::PlotScale(double least, double most) : logarithmic_(most / least > kLogarithmicFrom) {
    BERTH_REQUIRE(0 < least && least <= most);
    ticks_ = logarithmic_ ? logarithmicTicks(least, most) : linearTicks(most);
}

double PlotScale::place(double value) const {
    if (!logarithmic_) return value / ticks_.back();
    return std::log(value / ticks_.front()) / std::log(ticks_.back() / ticks_.front());
}

}  // namespace berth::bench
