// host/log/escape.cpp - escapes for text lines and for JSON.
#include "host/log/escape.h"

#include <algorithm>
#include <cstddef>

#include "host/base/utf8.h"

namespace berth::host {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool isPlain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x7f && c != '\\' && c != '"';
}

void appendHex(std::string& line, std::string_view prefix, unsigned char byte) {
    line += prefix;
    line += kHex[byte >> 4];
    line += kHex[byte & 15];
}

// The letter of the short escapes that text and JSON share, or 0.
char escapeLetter(char c) {
    switch (c) {
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        case '\\':
            return '\\';
        default:
            return 0;
    }
}

// Calls plain(run) for runs that need no escape and other(sequence, valid) for what is between.
template <class Plain, class Other>
void scan(std::string_view text, Plain plain, Other other) {
    while (!text.empty()) {
        const auto stop = std::ranges::find_if_not(text, isPlain);
        const auto run = static_cast<std::size_t>(stop - text.begin());
        plain(text.substr(0, run));
        text.remove_prefix(run);
        if (text.empty()) return;
        const auto length = utf8Length(text);
        const auto sequence = text.substr(0, std::max<std::size_t>(length, 1));
        other(sequence, length != 0);
        text.remove_prefix(sequence.size());
    }
}

void appendText(std::string& line, std::string_view text, bool quoted) {
    scan(
        text, [&line](std::string_view run) { line += run; },
        [&line, quoted](std::string_view sequence, bool valid) {
            const char c = sequence.front();
            if (const char letter = escapeLetter(c)) {
                line += {'\\', letter};
            } else if (c == '"') {
                line += quoted ? "\\\"" : "\"";
            } else if (valid && sequence.size() > 1 && !actsOnTerminal(sequence)) {
                line += sequence;
            } else {
                for (const char byte : sequence) {
                    appendHex(line, "\\x", static_cast<unsigned char>(byte));
                }
            }
        });
}

}  // namespace

void appendEscaped(std::string& line, std::string_view text) {
    appendText(line, text, false);
}

void appendValue(std::string& line, std::string_view text) {
    const bool quoted = text.empty() || text.find_first_of(" \"=") != std::string_view::npos;
    if (quoted) line += '"';
    appendText(line, text, quoted);
    if (quoted) line += '"';
}

void appendJson(std::string& line, std::string_view text) {
    line += '"';
    scan(
        text, [&line](std::string_view run) { line += run; },
        [&line](std::string_view sequence, bool valid) {
            const char c = sequence.front();
            if (const char letter = escapeLetter(c)) {
                line += {'\\', letter};
            } else if (c == '"') {
                line += "\\\"";
            } else if (!valid) {
                line += kReplacement;
            } else if (sequence.size() > 1) {
                line += sequence;
            } else {
                appendHex(line, "\\u00", static_cast<unsigned char>(c));
            }
        });
    line += '"';
}

}  // namespace berth::host
