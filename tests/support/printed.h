// tests/support/printed.h - values as text, for what a failed test tells.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

namespace berth::test {

// In quotes, with escapes for all that is not printable ASCII, and without the middle of a long
// text.
[[nodiscard]] std::string printedText(std::string_view text);

// Long texts from shortly before the byte at which they differ.
[[nodiscard]] std::string printedTexts(std::string_view left, std::string_view sign,
                                       std::string_view right);

template <class T>
concept Text =
    !std::is_pointer_v<T> && !std::is_null_pointer_v<T> &&
    (std::convertible_to<const T&, std::string_view> || std::convertible_to<const T&, std::string>);

template <class T>
concept Named = requires(const T& value) {
    std::string(toString(value));
};

// Texts in quotes, times in seconds, what has a toString() by its name, of other enumerators the
// number, of a container the first items; "?" for all that is none of these.
template <class T>
[[nodiscard]] std::string printed(const T& value);

template <class T>
std::string printedNumber(T value, int base = 10) {
    std::array<char, 64> digits;
    char* const end = digits.data() + digits.size();
    if constexpr (std::is_integral_v<T>) {
        return {digits.data(), std::to_chars(digits.data(), end, value, base).ptr};
    } else {
        return {digits.data(), std::to_chars(digits.data(), end, value).ptr};
    }
}

template <class Items>
std::string printedItems(const Items& items) {
    constexpr std::size_t kMost = 20;
    std::string text;
    std::size_t count = 0;
    for (const auto& item : items) {
        text += (count == 0 ? "" : ", ") + (count < kMost ? printed(item) : "...");
        if (count++ == kMost) break;
    }
    return "{" + text + "}";
}

template <class T>
std::string printedObject(const T& value) {
    if constexpr (requires { value.has_value() && (*value, true); }) {
        return value.has_value() ? printed(*value) : "none";
    } else if constexpr (std::same_as<T, std::nullopt_t>) {
        return "none";
    } else if constexpr (requires { value.load(); }) {
        return printed(value.load());
    } else if constexpr (requires { value.time_since_epoch(); }) {
        return printed(value.time_since_epoch());
    } else if constexpr (requires { typename T::period; }) {
        return printed(std::chrono::duration<double>(value).count()) + "s";
    } else if constexpr (requires { value ? value.get() : nullptr; }) {
        return printed(value.get());
    } else if constexpr (requires { std::string(value.toString()); }) {
        return std::string(value.toString());
    } else if constexpr (requires { &value.first, &value.second; }) {
        return "(" + printed(value.first) + ", " + printed(value.second) + ")";
    } else if constexpr (requires { std::begin(value) != std::end(value); }) {
        return printedItems(value);
    } else if constexpr (requires(std::ostringstream & out) { out << value; }) {
        return (std::ostringstream() << value).str();
    } else {
        return "?";
    }
}

template <class T>
std::string printed(const T& value) {
    if constexpr (std::is_null_pointer_v<T>) {
        return "null";
    } else if constexpr (std::is_pointer_v<T>) {
        if (value == nullptr) return "null";
        if constexpr (std::convertible_to<T, std::string_view>) return printedText(value);
        return "0x" + printedNumber(reinterpret_cast<std::uintptr_t>(value), 16);
    } else if constexpr (std::same_as<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::same_as<T, char>) {
        return printedText({&value, 1});
    } else if constexpr (std::is_arithmetic_v<T>) {
        return printedNumber(value);
    } else if constexpr (Named<T>) {
        return std::string(toString(value));
    } else if constexpr (std::is_enum_v<T>) {
        return printedNumber(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (Text<T>) {
        return printedText(static_cast<std::string>(value));
    } else {
        return printedObject(value);
    }
}

}  // namespace berth::test
