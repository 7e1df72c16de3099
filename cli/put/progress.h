// cli/put/progress.h - how far a transfer is, as one line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace berth::cli {

struct Progress {
    std::string name;
    std::uint64_t total = 0;
    std::uint64_t begun = 0;  // where this transfer went on; 0 for a new one
    std::uint64_t done = 0;   // of the total, `begun` included
    std::chrono::milliseconds elapsed{0};
};

// Bytes a second since it began; 0 as long as there is nothing to tell.
[[nodiscard]] std::uint64_t rateOf(const Progress& progress) noexcept;

// Such as `a.bin   45% [=====>     ] 12.3 MiB of 27.0 MiB  3.1 MiB/s  0:05 left`, in exactly
// `columns` columns or fewer: the bar shrinks first, then the name.
[[nodiscard]] std::string formatProgress(const Progress& progress, std::size_t columns);

}  // namespace berth::cli
