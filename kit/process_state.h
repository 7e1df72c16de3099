// kit/process_state.h - what this process holds: threads, descriptors, memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace berth::kit {

// Threads by their id, with their names.
using ThreadList = std::map<int, std::string>;
// Descriptors by their number, with what they lead to.
using DescriptorList = std::map<int, std::string>;

[[nodiscard]] ThreadList threadsNow();
[[nodiscard]] DescriptorList descriptorsNow();
// Bytes that are allocated and not freed.
[[nodiscard]] std::size_t memoryNow();

// Those that are in `after` and not in `before`, such as `7 (socket:[1234])`; at most a few.
[[nodiscard]] std::string newOnes(const std::map<int, std::string>& before,
                                  const std::map<int, std::string>& after);

// How long a thread may take to end after stop().
inline constexpr std::chrono::milliseconds kThreadTime{1000};

// Waits until no thread is left that was not there before; those that are when `limit` has passed.
// A thread that was joined may be seen for a moment longer.
[[nodiscard]] std::string threadsLeft(const ThreadList& before, std::chrono::milliseconds limit);

}  // namespace berth::kit
