// berth/detail/uninterrupted.h - system calls that are made again when a signal interrupts them;
// for the programs and plugins of this project.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace berth::detail {

// What the call returns at last.
template <typename Call>
auto uninterrupted(Call&& call) {
    for (;;) {
        const auto result = call();
        if (result != decltype(result){-1} || errno != EINTR) return result;
    }
}

// Not noexcept, where the C library's is a cancellation point: a thread that is cancelled unwinds.
[[nodiscard]] inline int openFile(const char* path, int flags, mode_t mode = 0) {
    return uninterrupted([&] { return ::open(path, flags, mode); });
}

[[nodiscard]] inline int openFileAt(int folder, const char* path, int flags, mode_t mode = 0) {
    return uninterrupted([&] { return ::openat(folder, path, flags, mode); });
}

[[nodiscard]] inline int lockFile(int descriptor, int operation) noexcept {
    return uninterrupted([&] { return ::flock(descriptor, operation); });
}

[[nodiscard]] inline int syncFile(int descriptor) {
    return uninterrupted([&] { return ::fsync(descriptor); });
}

[[nodiscard]] inline int resizeFile(int descriptor, off_t size) noexcept {
    return uninterrupted([&] { return ::ftruncate(descriptor, size); });
}

// All of it, in as many pieces as it takes. False: errno tells why not.
[[nodiscard]] inline bool writeWhole(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count =
            uninterrupted([&] { return ::write(descriptor, bytes.data(), bytes.size()); });
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace berth::detail
