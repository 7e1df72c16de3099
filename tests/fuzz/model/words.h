// tests/fuzz/model/words.h - a line as words, by the rules of the protocols' pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::fuzz {

// Nothing when the line has a control character or an open quote, or ends with a backslash.
[[nodiscard]] inline std::optional<std::vector<std::string>> wordsOf(std::string_view line) {
    std::vector<std::string> words;
    bool inWord = false;
    char quote = '\0';
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        const char next = at + 1 < line.size() ? line[at + 1] : '\0';
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return std::nullopt;
        if (quote == '\0' && (c == ' ' || c == '\t')) {
            inWord = false;
            continue;
        }
        if (!inWord) words.emplace_back();
        inWord = true;
        if (c == quote) {
            quote = '\0';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '\\' &&
                   (quote == '\0' || (quote == '"' && (next == '"' || next == '\\')))) {
            if (++at == line.size()) return std::nullopt;
            if (static_cast<unsigned char>(next) < 0x20 && next != '\t') return std::nullopt;
            if (next == 0x7F) return std::nullopt;
            words.back() += next;
        } else {
            words.back() += c;
        }
    }
    if (quote != '\0') return std::nullopt;
    return words;
}

}  // namespace berth::fuzz
