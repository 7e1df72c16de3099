// cli/put/progress_bar.h - draws a transfer's progress on a terminal, and nothing elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/app/console.h"
#include "cli/put/progress.h"

namespace berth::cli {

// One line on standard error, drawn anew ten times a second and wiped at the end.
//
// Lifetime: borrows the console.
class ProgressBar {
public:
    ProgressBar(const Console& console, bool wanted);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

    void begin(const std::string& name, std::uint64_t offset, std::uint64_t total);
    void update(std::uint64_t done);
    void wipe() noexcept;

    // What begin() and update() told last, with the time since begin().
    [[nodiscard]] Progress progress() const;

private:
    using Clock = std::chrono::steady_clock;

    const Console& console_;
    bool drawing_;
    bool drawn_ = false;
    Progress progress_;
    Clock::time_point begun_ = Clock::now();
    Clock::time_point next_ = Clock::now();
};

}  // namespace berth::cli
