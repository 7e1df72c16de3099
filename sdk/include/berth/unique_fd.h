// berth/unique_fd.h - owns a file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace berth {

// What becomes of the descriptors of a UniqueFd, beside that they are open.
struct PlainDescriptors {
    static void opened(int) noexcept {}
    static void close(int descriptor) noexcept { ::close(descriptor); }
};

template <class Descriptors>
class [[nodiscard]] BasicUniqueFd {
public:
    BasicUniqueFd() noexcept = default;
    // Owns `descriptor` from here on; of -1, as system calls return it, nothing.
    explicit BasicUniqueFd(int descriptor) noexcept : descriptor_(descriptor) {
        Descriptors::opened(descriptor);
    }
    BasicUniqueFd(BasicUniqueFd&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    BasicUniqueFd& operator=(BasicUniqueFd&& other) noexcept {
        BasicUniqueFd moved(std::move(other));
        std::swap(descriptor_, moved.descriptor_);
        return *this;
    }
    BasicUniqueFd(const BasicUniqueFd&) = delete;
    BasicUniqueFd& operator=(const BasicUniqueFd&) = delete;
    ~BasicUniqueFd() { reset(); }

    // -1 when there is none.
    [[nodiscard]] int value() const noexcept { return descriptor_; }
    [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }
    // For a caller that closes it, with Descriptors::close().
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }
    void reset() noexcept {
        if (descriptor_ >= 0) Descriptors::close(std::exchange(descriptor_, -1));
    }

private:
    int descriptor_ = -1;
};

using UniqueFd = BasicUniqueFd<PlainDescriptors>;

}  // namespace berth
