// host/base/own_descriptors.cpp
#include "host/base/own_descriptors.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace berth::host::own_descriptors {
namespace {

constexpr std::size_t kWord = 64;
constexpr std::size_t kMost = 1 << 20;  // what the kernel's default limit allows a process

// A handler of fork finds nothing but what is static. Memory comes with the first that is added.
std::array<std::atomic<std::uint64_t>, kMost / kWord> words;

// How many hold forks back, and kFork for each fork. No std::shared_mutex: in a child nobody is the
// owner that it wants to be unlocked by.
constexpr std::uint32_t kFork = 1 << 20;
std::atomic<std::uint32_t> gate;

bool fits(int descriptor) noexcept {
    return descriptor >= 0 && static_cast<std::size_t>(descriptor) < kMost;
}

std::uint64_t bit(std::size_t index) noexcept {
    return std::uint64_t{1} << index % kWord;
}

bool isAdded(int descriptor) noexcept {
    if (!fits(descriptor)) return false;
    const auto index = static_cast<std::size_t>(descriptor);
    return (words[index / kWord].load(std::memory_order_relaxed) & bit(index)) != 0;
}

// None is left: in a child of the child the numbers are somebody else's.
void closeAll() noexcept {
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto left = words[i].load(std::memory_order_relaxed);
        if (left != 0) words[i] = 0;
        for (; left != 0; left &= left - 1) {
            ::close(static_cast<int>(i * kWord) + std::countr_zero(left));
        }
    }
}

}  // namespace

void add(int descriptor) noexcept {
    if (!fits(descriptor)) return;
    const auto index = static_cast<std::size_t>(descriptor);
    words[index / kWord].fetch_or(bit(index), std::memory_order_relaxed);
}

void remove(int descriptor) noexcept {
    if (!fits(descriptor)) return;
    const auto index = static_cast<std::size_t>(descriptor);
    words[index / kWord].fetch_and(~bit(index), std::memory_order_relaxed);
}

void close(int descriptor) noexcept {
    if (!isAdded(descriptor)) {
        ::close(descriptor);  // may wait, as for the server of a log file
        return;
    }
    const NoFork meanwhile;
    remove(descriptor);
    ::close(descriptor);
}

NoFork::NoFork() noexcept {
    for (auto seen = gate.load();;) {
        if (seen >= kFork) {
            gate.wait(seen);
            seen = gate.load();
        } else if (gate.compare_exchange_weak(seen, seen + 1)) {
            return;
        }
    }
}

NoFork::~NoFork() {
    if (gate.fetch_sub(1) > kFork) gate.notify_all();
}

void beforeFork() noexcept {
    for (auto seen = gate.fetch_add(kFork) + kFork; seen % kFork != 0; seen = gate.load())
        gate.wait(seen);
}

void afterForkInParent() noexcept {
    gate.fetch_sub(kFork);
    gate.notify_all();
}

void afterForkInChild() noexcept {
    gate = 0;
    closeAll();
}

}  // namespace berth::host::own_descriptors
