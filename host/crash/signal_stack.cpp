// host/crash/signal_stack.cpp
#include "host/crash/signal_stack.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <csignal>

namespace berth::host::crash {
namespace {

// The unwinder needs about 20 KiB on top of what the kernel saves. Only what is used takes memory.
constexpr std::size_t kSize = std::size_t{64} * 1024;
// Below a stack that grows by itself, the main thread's, the kernel keeps 256 pages free.
constexpr std::size_t kLeastGuard = std::size_t{64} * 1024;

constinit thread_local StackBounds bounds;

StackBounds boundsOfThread() noexcept {
    pthread_attr_t attributes;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return {};
    void* base = nullptr;
    std::size_t size = 0;
    std::size_t guard = 0;
    ::pthread_attr_getstack(&attributes, &base, &size);
    ::pthread_attr_getguardsize(&attributes, &guard);
    ::pthread_attr_destroy(&attributes);
    return {static_cast<std::byte*>(base), size, std::max(guard, kLeastGuard)};
}

}  // namespace

SignalStack::SignalStack() noexcept
    : memory_(::mmap(nullptr, kSize, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0)) {
    if (memory_ == MAP_FAILED) return;
    const stack_t stack{.ss_sp = memory_, .ss_flags = 0, .ss_size = kSize};
    ::sigaltstack(&stack, nullptr);
    bounds = boundsOfThread();
}

SignalStack::~SignalStack() {
    if (memory_ == MAP_FAILED) return;
    const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    ::sigaltstack(&none, nullptr);
    ::munmap(memory_, kSize);
    bounds = {};
}

const StackBounds& SignalStack::threadBounds() noexcept {
    return bounds;
}

}  // namespace berth::host::crash
