// host/fiber/stack_pool.cpp
#include "host/fiber/stack_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "berth/detail/sanitizers.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace berth::host {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kGuard = 4 * kPage;
constexpr std::size_t kStacksAtOnce = 64;
// Tops at eight offsets: what an idle handler needs still fits into one page with them.
constexpr std::size_t kStaggerStep = 256;
constexpr std::size_t kStaggerSteps = 8;

// Linux 6.13: a guard that needs no mapping of its own, so that the number of mappings that a
// process may have does not bound the number of stacks.
constexpr int kGuardInstall = 102;

std::size_t wholePages(std::size_t size) noexcept {
    return std::max<std::size_t>((size + kPage - 1) / kPage, 4) * kPage;
}

// What is mapped at the same place next is not what AddressSanitizer remembers of a stack.
void forgetPoison([[maybe_unused]] const std::byte* begin,
                  [[maybe_unused]] std::size_t size) noexcept {
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(begin, size);
#endif
}

bool installGuard(std::byte* begin) noexcept {
    return ::madvise(begin, kGuard, kGuardInstall) == 0 ||
           ::mprotect(begin, kGuard, PROT_NONE) == 0;
}

}  // namespace

StackPool::StackPool(std::size_t stackSize) : stackSize_(wholePages(stackSize)) {}

StackPool::~StackPool() {
    const auto size = kStacksAtOnce * (kGuard + stackSize_);
    for (auto* const mapping : mappings_) {
        forgetPoison(mapping, size);
        ::munmap(mapping, size);
    }
}

Stack StackPool::take() {
    if (free_.empty()) grow();
    const auto stack = free_.back().stack;
    free_.pop_back();
    cold_ = std::min(cold_, free_.size());
    return stack;
}

void StackPool::give(const Stack& stack, Clock::time_point now) noexcept {
    free_.push_back({stack, now});  // grow() made room
}

void StackPool::trim(Clock::time_point before) noexcept {
    for (; hasWarm() && free_[cold_].since < before; ++cold_) {
        const auto& stack = free_[cold_].stack;
        ::madvise(stack.base, stack.size, MADV_DONTNEED);
    }
}

void StackPool::grow() {
    const auto stride = kGuard + stackSize_;
    // Room for all that give() may bring back, doubled so that it seldom moves.
    const auto needed = made_ + kStacksAtOnce;
    if (free_.capacity() < needed) free_.reserve(2 * needed);
    mappings_.reserve(mappings_.size() + 1);
    void* const memory = ::mmap(nullptr, kStacksAtOnce * stride, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "no memory for more stacks");
    }
    mappings_.push_back(static_cast<std::byte*>(memory));
    ::madvise(memory, kStacksAtOnce * stride, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < kStacksAtOnce; ++i) {
        auto* const guard = mappings_.back() + i * stride;
        if (!installGuard(guard)) {
            // Without its guard a stack is not used; those before it are.
            if (i != 0) return;
            ::munmap(memory, kStacksAtOnce * stride);
            mappings_.pop_back();
            throw std::system_error(errno, std::generic_category(), "no guard for more stacks");
        }
        const auto stagger = made_++ % kStaggerSteps * kStaggerStep;
        free_.push_back({{guard + kGuard, stackSize_, kGuard, stagger}, {}});
        cold_ = free_.size();
    }
}

}  // namespace berth::host
