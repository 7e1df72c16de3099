// tests/inject/descriptor_kind.h - what a descriptor is: it decides which errors a call can have.
#pragma once

#include <cstdint>

namespace berth::inject {

constexpr std::uint32_t kRegular = 1;
constexpr std::uint32_t kFolder = 2;
constexpr std::uint32_t kPipe = 4;
constexpr std::uint32_t kStream = 8;
constexpr std::uint32_t kMessages = 16;  // a socket that keeps them apart
constexpr std::uint32_t kDevice = 32;
constexpr std::uint32_t kOther = 64;  // of the kernel: an eventfd, inotify, a process
constexpr std::uint32_t kNonBlocking = 128;
constexpr std::uint32_t kBlocking = 256;

// 0 when it is none. `neverWaits`: this call does not, whatever the descriptor is set to.
std::uint32_t kindOf(int descriptor, bool neverWaits) noexcept;

}  // namespace berth::inject
