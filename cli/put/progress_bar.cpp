// cli/put/progress_bar.cpp
#include "cli/put/progress_bar.h"

#include <exception>
#include <utility>

namespace berth::cli {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
constexpr std::string_view kStartOfLine = "\r\x1b[K";

}  // namespace

ProgressBar::ProgressBar(const Console& console, bool wanted)
    : console_(console), drawing_(wanted && console.errorsAreTerminal()) {}

ProgressBar::~ProgressBar() {
    wipe();
}

void ProgressBar::begin(const std::string& name, std::uint64_t offset, std::uint64_t total) {
    progress_ = {.name = name, .total = total, .begun = offset, .done = offset, .elapsed = {}};
    begun_ = Clock::now();
    next_ = begun_;
    update(offset);
}

void ProgressBar::update(std::uint64_t done) {
    progress_.done = done;
    const auto now = Clock::now();
    if (!drawing_ || (now < next_ && done < progress_.total)) return;
    next_ = now + kInterval;
    drawn_ = true;
    const auto columns = console_.columns();
    console_.writeError(std::string(kStartOfLine) + formatProgress(progress(), columns - 1));
}

void ProgressBar::wipe() noexcept {
    if (!std::exchange(drawn_, false)) return;
    try {
        console_.writeError(kStartOfLine);
    } catch (const std::exception&) {
        return;  // the terminal is gone, and the line with it
    }
}

Progress ProgressBar::progress() const {
    auto progress = progress_;
    progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun_);
    return progress;
}

}  // namespace berth::cli
