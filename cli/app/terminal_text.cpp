// cli/app/terminal_text.cpp
#include "cli/app/terminal_text.h"

#include <Poco/NumberFormatter.h>
#include <Poco/String.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "cli/app/utf8.h"

namespace berth::cli {
namespace {

constexpr std::size_t kLongestColour = 32;
constexpr char kEscape = '\x1b';

std::string caret(char value) {
    return {'^', static_cast<char>(byteOf(value) ^ 0x40U)};
}

std::string hexByte(char value) {
    return "\\x" + Poco::toLower(Poco::NumberFormatter::formatHex(byteOf(value), 2));
}

bool turnsDirection(std::uint32_t value) noexcept {
    return (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

}  // namespace

// Returns how many bytes it took; 0 when the sequence may go on in the next call.
std::size_t TerminalText::takeEscape(std::string_view text, std::string& result) {
    if (text.size() == 1) return 0;
    const auto end = text.find_first_not_of("0123456789;:", 2);
    if (text[1] == '[' && end == std::string_view::npos && text.size() < kLongestColour) return 0;
    if (text[1] == '[' && end != std::string_view::npos && text[end] == 'm') {
        result += text.substr(0, end + 1);
        coloured_ = true;
        return end + 1;
    }
    result += caret(kEscape);
    return 1;
}

// As takeEscape, for a character of several bytes.
std::size_t TerminalText::takeCharacter(std::string_view text, std::string& result) {
    const auto character = nextCharacter(text);
    if (character.kind == Utf8Character::Kind::Incomplete) return 0;
    if (character.kind == Utf8Character::Kind::Invalid || character.code < 0xa0) {
        for (const char value : text.substr(0, character.size)) result += hexByte(value);
    } else if (turnsDirection(character.code)) {
        result += "<U+" + Poco::NumberFormatter::formatHex(character.code) + ">";
    } else {
        result += text.substr(0, character.size);
    }
    return character.size;
}

std::string TerminalText::filter(std::string_view bytes) {
    held_ += bytes;
    const auto text = std::exchange(held_, {});
    std::string result;
    result.reserve(text.size());
    for (std::string_view rest = text; !rest.empty();) {
        const char first = rest.front();
        std::size_t taken = 1;
        if (first == kEscape) {
            taken = takeEscape(rest, result);
        } else if (byteOf(first) >= 0x80) {
            taken = takeCharacter(rest, result);
        } else if (first == '\n' || first == '\r' || first == '\t' ||
                   (first >= ' ' && first < 0x7f)) {
            result += first;
        } else {
            result += caret(first);
        }
        if (taken == 0) {
            held_ = rest;
            break;
        }
        rest.remove_prefix(taken);
    }
    return result;
}

std::string TerminalText::finish() {
    std::string result;
    for (const char value : std::exchange(held_, {})) {
        if (byteOf(value) >= 0x80) {
            result += hexByte(value);
        } else if (value == kEscape) {
            result += caret(value);
        } else {
            result += value;
        }
    }
    if (std::exchange(coloured_, false)) result += "\x1b[0m";
    return result;
}

std::string visibleLine(std::string_view text) {
    TerminalText filter;
    auto safe = filter.filter(text);
    safe += filter.finish();
    std::string line;
    for (const char value : safe) {
        line += value == '\n' || value == '\r' || value == kEscape ? caret(value)
                                                                   : std::string(1, value);
    }
    return line;
}

}  // namespace berth::cli
