// host/control/commands/log_level.cpp
#include "host/control/commands/log_level.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "host/control/commands/command.h"

namespace berth::host::control {
namespace {

constexpr std::array<std::pair<LogLevel, std::string_view>, 4> kLevels{{
    {LogLevel::Debug, "debug"},
    {LogLevel::Information, "information"},
    {LogLevel::Warning, "warning"},
    {LogLevel::Error, "error"},
}};

}  // namespace

std::string_view toString(LogLevel level) noexcept {
    const auto* found =
        std::ranges::find(kLevels, level, [](const auto& item) { return item.first; });
    return found == kLevels.end() ? "unknown" : found->second;
}

LogLevel parseLogLevel(std::string_view word) {
    const auto* found =
        std::ranges::find(kLevels, word, [](const auto& item) { return item.second; });
    if (found != kLevels.end()) return found->first;
    throw CommandError("bad-value", '"' + std::string(word) +
                                        "\" is no log level; choose debug, information, warning "
                                        "or error");
}

}  // namespace berth::host::control
