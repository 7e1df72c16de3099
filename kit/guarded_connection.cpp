// kit/guarded_connection.cpp
#include "kit/guarded_connection.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace berth::kit {
namespace {

struct Range {
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
};

// For a signal handler, so without a lock; a test receives less often than that.
constexpr std::size_t kMostRanges = 256;
std::array<Range, kMostRanges> takenBack;
std::atomic<std::size_t> count{0};

void remember(const std::byte* begin, std::size_t size) noexcept {
    auto& range = takenBack[count.fetch_add(1) % kMostRanges];
    range.begin = reinterpret_cast<std::uintptr_t>(begin);
    range.end = reinterpret_cast<std::uintptr_t>(begin) + size;
}

}  // namespace

GuardedConnection::~GuardedConnection() {
    takeBack();
}

Chunk GuardedConnection::receive() {
    takeBack();
    const auto chunk = inner_.receive();
    if (chunk.empty()) return {};
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    size_ = (chunk.size() + page - 1) / page * page;
    auto* const memory =
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    lent_ = static_cast<std::byte*>(memory);
    const std::span<std::byte> bytes(lent_ + size_ - chunk.size(), chunk.size());
    std::ranges::copy(chunk, bytes.begin());
    return bytes;
}

Chunk GuardedConnection::read(std::span<std::byte> buffer) {
    takeBack();
    return inner_.read(buffer);
}

bool GuardedConnection::wasLent(const void* address) noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return std::ranges::any_of(takenBack, [at](const Range& range) {
        return at >= range.begin.load() && at < range.end.load();
    });
}

void GuardedConnection::takeBack() noexcept {
    if (lent_ == nullptr) return;
    ::mprotect(lent_, size_, PROT_NONE);
    ::madvise(lent_, size_, MADV_DONTNEED);
    remember(lent_, size_);
    lent_ = nullptr;
}

}  // namespace berth::kit
