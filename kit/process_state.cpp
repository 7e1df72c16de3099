// kit/process_state.cpp
#include "kit/process_state.h"

#include <dirent.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <thread>

#include "berth/detail/sanitizers.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Of sanitizer/allocator_interface.h, which GCC does not install.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace berth::kit {
namespace {

constexpr std::size_t kShown = 3;
constexpr std::chrono::milliseconds kBetweenLooks{1};

// The numbers in a folder of /proc, without the descriptor that reads it.
std::vector<int> numbersIn(const char* folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(folder), ::closedir);
    std::vector<int> numbers;
    if (!open) return numbers;
    while (const auto* const entry = ::readdir(open.get())) {
        const std::string name(static_cast<const char*>(entry->d_name));
        if (name.front() == '.') continue;
        const int number = std::atoi(name.c_str());
        if (number != ::dirfd(open.get())) numbers.push_back(number);
    }
    return numbers;
}

}  // namespace

ThreadList threadsNow() {
    ThreadList threads;
    for (const int id : numbersIn("/proc/self/task")) {
        std::ifstream file("/proc/self/task/" + std::to_string(id) + "/comm");
        std::string name;
        if (std::getline(file, name)) threads[id] = name;
    }
    return threads;
}

DescriptorList descriptorsNow() {
    DescriptorList descriptors;
    for (const int number : numbersIn("/proc/self/fd")) {
        std::error_code error;
        descriptors[number] =
            std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(number), error);
    }
    return descriptors;
}

std::size_t memoryNow() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return ::__sanitizer_get_current_allocated_bytes();
#else
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

std::string newOnes(const std::map<int, std::string>& before,
                    const std::map<int, std::string>& after) {
    std::string text;
    std::size_t count = 0;
    for (const auto& [number, name] : after) {
        if (before.contains(number) || ++count > kShown) continue;
        text += (text.empty() ? "" : ", ") + std::to_string(number) + " (" + name + ")";
    }
    if (count > kShown) text += " and " + std::to_string(count - kShown) + " more";
    return text;
}

std::string threadsLeft(const ThreadList& before, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        // Before the look, so that the last one is behind the deadline.
        const bool last = std::chrono::steady_clock::now() > deadline;
        auto left = newOnes(before, threadsNow());
        if (left.empty() || last) return left;
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

}  // namespace berth::kit
