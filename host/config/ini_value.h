// host/config/ini_value.h - the part of an ini line behind `=`: quotes, escapes and comments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace berth::host {

// A value and where it stands in the scanned text.
struct IniValue {
    std::string text;
    std::size_t offset = 0;  // of the first byte of `text`
    std::size_t length = 0;  // bytes that it takes in the file
    bool verbatim = true;    // `text` is those bytes as they are
};

struct IniValueError {
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string code;
    std::string message;
    std::string suggestion;
};

// Takes surrounding blanks and a comment away. A value that starts with a double quote ends with
// the closing one and loses both; in it \" and \\ stand for a quote and a backslash. Quotes
// further on stay, but hide `#` and `;`. With `raw` the first quote is no different from others.
[[nodiscard]] std::variant<IniValue, IniValueError> scanIniValue(std::string_view text, bool raw);

// Whether only a comment or nothing follows.
[[nodiscard]] bool blankOrComment(std::string_view text) noexcept;

}  // namespace berth::host
