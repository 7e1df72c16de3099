// bench/load/pattern.cpp - makes and compares the bytes of the load.
#include "bench/load/pattern.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace berth::bench {
namespace {

constexpr std::size_t kPeriod = 65521;
// One period and what follows it, so that most ranges lie in one piece.
constexpr std::size_t kStored = kPeriod + std::size_t{256} * 1024;

}  // namespace

Pattern::Pattern() : bytes_(kStored) {
    std::minstd_rand random(20);
    for (std::size_t i = 0; i < kPeriod; ++i) bytes_[i] = static_cast<std::byte>(random() >> 8);
    for (std::size_t i = kPeriod; i < kStored; ++i) bytes_[i] = bytes_[i - kPeriod];
}

std::span<const std::byte> Pattern::at(std::uint64_t position, std::uint64_t count) const noexcept {
    const auto stored = std::span(bytes_).subspan(position % kPeriod);
    return stored.first(std::min<std::uint64_t>(count, stored.size()));
}

bool Pattern::matches(std::uint64_t position, std::span<const std::byte> bytes) const noexcept {
    while (!bytes.empty()) {
        const auto expected = at(position, bytes.size());
        if (std::memcmp(expected.data(), bytes.data(), expected.size()) != 0) return false;
        position += expected.size();
        bytes = bytes.subspan(expected.size());
    }
    return true;
}

}  // namespace berth::bench
