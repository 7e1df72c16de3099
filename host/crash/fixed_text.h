// host/crash/fixed_text.h - text in memory of its own, for code that must take none.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace berth::host::crash {

// What has no room left is cut off. Signal handlers may use it.
template <std::size_t Room>
class FixedText {
public:
    FixedText& operator<<(std::string_view text) noexcept {
        const auto size = std::min(text.size(), Room - size_);
        std::copy_n(text.data(), size, text_.data() + size_);
        size_ += size;
        return *this;
    }
    FixedText& operator<<(std::uint64_t number) noexcept { return add(number, 10); }
    FixedText& hex(std::uint64_t number) noexcept {
        *this << "0x";
        return add(number, 16);
    }
    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    void clear() noexcept { size_ = 0; }

private:
    FixedText& add(std::uint64_t number, int base) noexcept {
        std::array<char, 20> digits{};
        const auto result =
            std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
        return *this << std::string_view(digits.data(), result.ptr);
    }

    std::array<char, Room> text_{};
    std::size_t size_ = 0;
};

}  // namespace berth::host::crash
