// bench/load/pattern.h - the bytes that connections send and expect back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace berth::bench {

// An endless stream of bytes that look random and repeat after a prime number of them. Each
// connection starts elsewhere in it, so that a lost, doubled, swapped or foreign byte shows.
//
// Threads: immutable, shared by all.
class Pattern {
public:
    Pattern();

    // Up to `count` bytes of the stream from `position` on, at least one.
    [[nodiscard]] std::span<const std::byte> at(std::uint64_t position,
                                                std::uint64_t count) const noexcept;
    // Whether `bytes` are those of the stream from `position` on.
    [[nodiscard]] bool matches(std::uint64_t position,
                               std::span<const std::byte> bytes) const noexcept;

private:
    std::vector<std::byte> bytes_;
};

}  // namespace berth::bench
