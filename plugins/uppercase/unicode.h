// plugins/uppercase/unicode.h - UTF-8 text in upper case, however its bytes are split.
#pragma once

#include <clocale>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <locale.h>

namespace berth::uppercase {

// The upper case of each character, by the C library's tables and Unicode's special cases.
//
// Threads: any; it never changes.
class UnicodeCase {
public:
    // Throws: std::system_error when the system has no C.UTF-8 locale.
    UnicodeCase();

    void appendUpper(std::string& text, char32_t character) const;

private:
    struct Free {
        void operator()(locale_t locale) const noexcept { ::freelocale(locale); }
    };
    std::unique_ptr<std::remove_pointer_t<locale_t>, Free> locale_;
};

// Converts one client's bytes. Keeps the bytes of a character that is not complete yet.
//
// Lifetime: borrows the UnicodeCase.
class UnicodeUpper {
public:
    explicit UnicodeUpper(const UnicodeCase& unicode) noexcept : unicode_(unicode) {}

    // The next bytes in upper case, up to the last whole character. Bytes that are no UTF-8
    // stay as they are.
    [[nodiscard]] std::string convert(std::span<const std::byte> bytes);

    // What is left of a character that was never completed.
    [[nodiscard]] std::string_view rest() const noexcept { return incomplete_; }

private:
    const UnicodeCase& unicode_;
    std::string incomplete_;  // at most three bytes
};

}  // namespace berth::uppercase
