// bench/load/descriptor.h - owns one file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace berth::bench {

class [[nodiscard]] Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        other.reset();
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(); }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] bool valid() const noexcept { return number_ >= 0; }
    void reset() noexcept {
        if (valid()) ::close(std::exchange(number_, -1));
    }

private:
    int number_ = -1;
};

}  // namespace berth::bench
