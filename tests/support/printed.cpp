// tests/support/printed.cpp
#include "support/printed.h"

#include <algorithm>

namespace berth::test {
namespace {

constexpr std::size_t kShown = 2'000;

std::string escaped(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            result += "\\n";
        } else if (c == '"' || c == '\\') {
            result += {'\\', c};
        } else if (c >= ' ' && c <= '~') {
            result += c;
        } else {
            result += {'\\', 'x', kDigits[byte / 16], kDigits[byte % 16]};
        }
    }
    return result;
}

}  // namespace

std::string printedText(std::string_view text) {
    if (text.size() <= kShown) return '"' + escaped(text) + '"';
    const auto half = kShown / 2;
    return '"' + escaped(text.substr(0, half)) + "\" (" + std::to_string(text.size() - 2 * half) +
           " bytes) \"" + escaped(text.substr(text.size() - half)) + '"';
}

std::string printedTexts(std::string_view left, std::string_view sign, std::string_view right) {
    if (std::max(left.size(), right.size()) <= kShown) {
        return printedText(left).append(sign) + printedText(right);
    }
    constexpr std::size_t kBefore = 100;
    const auto same =
        static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
    const auto from = same - std::min(same, kBefore);
    return printedText(left.substr(from)).append(sign) + printedText(right.substr(from)) +
           ", from byte " + std::to_string(from) + " of " + std::to_string(left.size()) + " and " +
           std::to_string(right.size());
}

}  // namespace berth::test
