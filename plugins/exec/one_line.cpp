// plugins/exec/one_line.cpp
#include "exec/one_line.h"

#include "berth/words.h"

namespace berth::exec {
namespace {

constexpr std::size_t kLongestShown = 80;

}  // namespace

std::string oneLine(std::string_view text) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string line;
    unsigned char before = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        // U+0080 to U+009F, which terminals act upon, are C2 and a byte below A0.
        const bool control = byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0);
        before = byte;
        if (control) {
            line.append("\\x") += {kHexDigits[byte >> 4U], kHexDigits[byte & 15U]};
        } else {
            line += c;
        }
    }
    return line;
}

std::string shownWord(std::string_view word) {
    if (word.size() <= kLongestShown) return quoteWord(word);
    auto end = kLongestShown;
    // Not within a character of UTF-8.
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80U) --end;
    return quoteWord(word.substr(0, end)) + "...";
}

}  // namespace berth::exec
