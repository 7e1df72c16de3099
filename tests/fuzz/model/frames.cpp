// tests/fuzz/model/frames.cpp
#include "fuzz/model/frames.h"

#include <charconv>

#include "fuzz/model/expected.h"

namespace berth::fuzz {
namespace {

std::string_view takeWord(std::string_view& line) {
    const auto end = line.find(' ');
    const auto word = line.substr(0, end);
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
    return word;
}

std::optional<std::size_t> numberOf(std::string_view text) {
    std::size_t number = 0;
    const auto* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<FramedAnswer> takeAnswer(std::string_view& text) {
    FramedAnswer answer;
    std::string_view line;
    while (takeLine(text, line)) {
        const auto kind = takeWord(line);
        if (kind == "out" || kind == "err") {
            const auto count = numberOf(line);
            if (!count || *count > text.size()) return std::nullopt;
            (kind == "out" ? answer.out : answer.err) += text.substr(0, *count);
            text.remove_prefix(*count);
            continue;
        }
        answer.closing = kind;
        answer.what = takeWord(line);
        // The text of an error, or the milliseconds.
        if (kind == "error" && !answer.what.empty() && !line.empty()) return answer;
        if ((kind == "exit" || kind == "signal") && numberOf(line)) return answer;
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace berth::fuzz
