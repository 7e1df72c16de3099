// cli/run/exit_status.cpp
#include "cli/run/exit_status.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "cli/app/exit_code.h"

namespace berth::cli {
namespace {

constexpr int kTimedOut = 124;
constexpr int kEndedByService = 125;
constexpr int kNotAllowed = 126;
constexpr int kUnknownCommand = 127;

constexpr std::array<std::pair<std::string_view, int>, 11> kStatuses{{
    {"timeout", kTimedOut},
    {"output-limit", kEndedByService},
    {"bad-arguments", kNotAllowed},
    {"bad-request", kNotAllowed},
    {"forbidden", kNotAllowed},
    {"not-found", kNotAllowed},
    {"spawn-failed", kNotAllowed},
    {"too-long", kNotAllowed},
    {"unknown-command", kUnknownCommand},
    {"busy", toInt(ExitCode::TryAgain)},
    {"unavailable", toInt(ExitCode::TryAgain)},
}};

struct StatusOf {
    int operator()(const CommandExit& end) const noexcept { return end.code; }
    int operator()(const CommandSignal& end) const noexcept {
        return kSignalBase + signalNumber(end.name);
    }
    int operator()(const CommandError& end) const noexcept {
        const auto* const row = std::ranges::find_if(
            kStatuses, [&](const auto& entry) { return entry.first == end.code; });
        return row == kStatuses.end() ? kEndedByService : row->second;
    }
};

}  // namespace

int exitStatusOf(const CommandEnd& end) noexcept {
    return std::visit(StatusOf{}, end);
}

int signalNumber(std::string_view name) noexcept {
    if (name.starts_with("SIG")) name.remove_prefix(3);
    for (int number = 1; number < NSIG; ++number) {
        const auto* const known = ::sigabbrev_np(number);
        if (known != nullptr && name == known) return number;
    }
    return 0;
}

}  // namespace berth::cli
