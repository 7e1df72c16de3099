// sdk/src/units.cpp - sizes and durations from text and back, exactly and without overflow.
#include "berth/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <span>

#include "characters.h"

namespace berth {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t value;
};

// From large to small, as the parts of a duration must come.
constexpr std::array kDurationUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                    Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::array kSizeUnits{Unit{"T", std::uint64_t{1} << 40}, Unit{"G", 1U << 30},
                                Unit{"M", 1U << 20}, Unit{"K", 1U << 10}, Unit{"", 1}};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// Takes the longest front of `text` whose characters all satisfy `wanted`.
template <class Predicate>
std::string_view takeWhile(std::string_view& text, Predicate wanted) {
    const auto end = std::find_if_not(text.begin(), text.end(), wanted);
    const auto front = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(front.size());
    return front;
}

std::optional<std::uint64_t> multiplyAdd(std::uint64_t value, std::uint64_t factor,
                                         std::uint64_t addend) {
    std::uint64_t result = 0;
    if (__builtin_mul_overflow(value, factor, &result)) return std::nullopt;
    if (__builtin_add_overflow(result, addend, &result)) return std::nullopt;
    return result;
}

// A decimal number as it stands in the text, before its unit is known.
struct Decimal {
    std::string_view whole;
    std::string_view fraction;
};

std::optional<Decimal> takeDecimal(std::string_view& text) {
    Decimal number{takeWhile(text, isDigit), {}};
    if (number.whole.empty()) return std::nullopt;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        number.fraction = takeWhile(text, isDigit);
        if (number.fraction.empty()) return std::nullopt;
    }
    return number;
}

// The number times `unit`. Nothing when that is no whole number or does not fit.
std::optional<std::uint64_t> scale(const Decimal& number, std::uint64_t unit) {
    std::uint64_t whole = 0;
    for (const char digit : number.whole) {
        const auto next = multiplyAdd(whole, 10, static_cast<std::uint64_t>(digit - '0'));
        if (!next) return std::nullopt;
        whole = *next;
    }
    // From the last digit to the first, each step a division by ten. A remainder in one step
    // can never be made up for by digits further left.
    std::uint64_t part = 0;
    for (auto digit = number.fraction.rbegin(); digit != number.fraction.rend(); ++digit) {
        part += static_cast<std::uint64_t>(*digit - '0') * unit;
        if (part % 10 != 0) return std::nullopt;
        part /= 10;
    }
    return multiplyAdd(whole, unit, part);
}

// The unit of a size: a letter in either case, then nothing, "B" or "iB".
std::optional<std::uint64_t> sizeUnit(std::string_view name) {
    if (name.empty() || name == "B") return 1;
    const auto letter = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
    const auto rest = name.substr(1);
    if (!rest.empty() && rest != "B" && rest != "iB") return std::nullopt;
    for (const auto& unit : kSizeUnits) {
        if (unit.name == std::string_view(&letter, 1)) return unit.value;
    }
    return std::nullopt;
}

// `value` in a unit, such as "1.5M"; empty when that needs more than `longest` characters.
std::string inUnit(std::uint64_t value, const Unit& unit, std::size_t longest) {
    std::string text = std::to_string(value / unit.value);
    auto rest = value % unit.value;
    if (rest != 0) text += '.';
    while (rest != 0 && text.size() < longest) {
        rest *= 10;
        text += static_cast<char>('0' + rest / unit.value);
        rest %= unit.value;
    }
    text += unit.name;
    return rest == 0 && text.size() <= longest ? text : std::string();
}

}  // namespace

std::optional<ByteCount> parseByteCount(std::string_view text) {
    const auto number = takeDecimal(text);
    if (!number) return std::nullopt;
    if (!takeWhile(text, isBlank).empty() && text.empty()) return std::nullopt;
    const auto unit = sizeUnit(text);
    if (!unit) return std::nullopt;
    const auto value = scale(*number, *unit);
    return value ? std::optional(ByteCount{*value}) : std::nullopt;
}

std::string formatByteCount(ByteCount size) {
    auto shortest = std::to_string(size.value);
    for (const auto& unit : kSizeUnits) {
        if (size.value < unit.value || unit.value == 1) continue;
        if (auto text = inUnit(size.value, unit, shortest.size()); !text.empty()) shortest = text;
    }
    return shortest;
}

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) {
    if (text == "0") return std::chrono::milliseconds(0);
    std::uint64_t total = 0;
    auto smaller = std::span<const Unit>(kDurationUnits);
    do {
        const auto number = takeDecimal(text);
        if (!number) return std::nullopt;
        takeWhile(text, isBlank);
        const auto name = takeWhile(text, [](char c) { return !isDigit(c) && !isBlank(c); });
        const auto unit = std::ranges::find(smaller, name, &Unit::name);
        if (unit == smaller.end()) return std::nullopt;
        smaller = {unit + 1, smaller.end()};
        const auto part = scale(*number, unit->value);
        if (!part || *part > static_cast<std::uint64_t>(kLongestDuration.count())) {
            return std::nullopt;
        }
        total += *part;
        if (!takeWhile(text, isBlank).empty() && text.empty()) return std::nullopt;
    } while (!text.empty());
    const auto duration = std::chrono::milliseconds(total);
    return duration <= kLongestDuration ? std::optional(duration) : std::nullopt;
}

std::string formatDuration(std::chrono::milliseconds duration) {
    if (duration.count() == 0) return "0";
    std::string text = duration.count() < 0 ? "-" : "";
    auto rest = static_cast<std::uint64_t>(duration.count());
    if (duration.count() < 0) rest = 0 - rest;
    for (const auto& unit : kDurationUnits) {
        if (rest < unit.value) continue;
        text += std::to_string(rest / unit.value);
        text += unit.name;
        rest %= unit.value;
    }
    return text;
}

}  // namespace berth
