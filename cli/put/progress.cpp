// cli/put/progress.cpp
#include "cli/put/progress.h"

#include <algorithm>
#include <optional>

#include "cli/app/human.h"
#include "cli/app/terminal_text.h"
#include "cli/app/utf8.h"

namespace berth::cli {
namespace {

constexpr std::size_t kShortestBar = 8;
constexpr std::size_t kLongestBar = 40;
constexpr std::chrono::milliseconds kSettled{200};  // before it, a rate says nothing

unsigned percentOf(const Progress& progress) noexcept {
    if (progress.total == 0) return 100;
    return static_cast<unsigned>(static_cast<double>(progress.done) * 100 /
                                 static_cast<double>(progress.total));
}

std::optional<std::chrono::seconds> remainingOf(const Progress& progress) noexcept {
    const auto rate = rateOf(progress);
    if (rate == 0) return std::nullopt;
    const auto left = (progress.total - progress.done + rate - 1) / rate;
    constexpr std::uint64_t kMost = 359'999;  // 99:59:59
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(left, kMost)));
}

std::string padLeft(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string bar(unsigned percent, std::size_t inner) {
    const auto filled = inner * percent / 100;
    std::string text(filled, '=');
    if (filled < inner) text += '>';
    text.resize(inner, ' ');
    return "[" + text + "]";
}

}  // namespace

std::uint64_t rateOf(const Progress& progress) noexcept {
    if (progress.elapsed < kSettled || progress.done <= progress.begun) return 0;
    const auto seconds = std::chrono::duration<double>(progress.elapsed).count();
    return static_cast<std::uint64_t>(static_cast<double>(progress.done - progress.begun) /
                                      seconds);
}

std::string formatProgress(const Progress& progress, std::size_t columns) {
    const auto percent = percentOf(progress);
    const auto rate = rateOf(progress);
    const auto remaining = remainingOf(progress);
    auto numbers = " " + humanBytes(progress.done) + " of " + humanBytes(progress.total) + "  " +
                   (rate == 0 ? std::string("-") : humanBytes(rate)) + "/s  " +
                   (remaining ? humanClock(*remaining) : std::string("-:--")) + " left";
    const auto percentText = padLeft(std::to_string(percent), 4) + "% ";

    const auto fixed = percentText.size() + numbers.size() + 2;
    auto name = visibleLine(progress.name);
    const auto spare = columns > fixed ? columns - fixed : 0;
    auto nameWidth = displayWidth(name);
    if (nameWidth + kShortestBar > spare) {
        name = fitting(name, spare > kShortestBar ? spare - kShortestBar : 0);
        nameWidth = displayWidth(name);
    }
    const auto room = spare > nameWidth ? spare - nameWidth : 0;
    const auto line = name + percentText + bar(percent, std::min(room, kLongestBar)) + numbers;
    return std::string(fitting(line, columns));
}

}  // namespace berth::cli
