// host/config/ini_value.cpp - scans one value.
#include "host/config/ini_value.h"

#include <algorithm>

#include "host/base/blanks.h"

namespace berth::host {
namespace {

bool startsComment(std::string_view text, std::size_t at) {
    return (text[at] == '#' || text[at] == ';') && (at == 0 || isBlank(text[at - 1]));
}

// The offset of the quote that closes the one at `open`, or npos.
std::size_t closingQuote(std::string_view text, std::size_t open) {
    for (auto at = open + 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return at;
        }
    }
    return std::string_view::npos;
}

IniValueError unclosedQuote(std::string_view text, std::size_t open) {
    return {.offset = open,
            .length = text.size() - open,
            .code = "unclosed-quote",
            .message = "the double quote is never closed",
            .suggestion = "a quote that is part of the value is written \\\" inside quotes"};
}

std::string unescape(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool escape = text[at] == '\\' && at + 1 < text.size() &&
                            (text[at + 1] == '"' || text[at + 1] == '\\');
        result += text[escape ? ++at : at];
    }
    return result;
}

std::variant<IniValue, IniValueError> scanQuoted(std::string_view text, std::size_t open) {
    const auto close = closingQuote(text, open);
    if (close == std::string_view::npos) return unclosedQuote(text, open);
    const auto rest = text.substr(close + 1);
    if (!blankOrComment(rest)) {
        const auto first = std::min(rest.find_first_not_of(kBlanks), rest.size());
        return IniValueError{.offset = close + 1 + first,
                             .length = rest.find_last_not_of(kBlanks) + 1 - first,
                             .code = "text-after-quote",
                             .message = "text follows the closing quote",
                             .suggestion = "put the whole value into quotes"};
    }
    const auto inner = text.substr(open + 1, close - open - 1);
    auto value = unescape(inner);
    const bool verbatim = value == inner;
    return IniValue{std::move(value), open + 1, inner.size(), verbatim};
}

}  // namespace

bool blankOrComment(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos || (first > 0 && startsComment(text, first));
}

std::variant<IniValue, IniValueError> scanIniValue(std::string_view text, bool raw) {
    const auto first = std::min(text.find_first_not_of(kBlanks), text.size());
    if (!raw && first < text.size() && text[first] == '"') return scanQuoted(text, first);
    auto end = first;
    while (end < text.size() && !startsComment(text, end)) {
        if (text[end] == '"') {
            const auto close = closingQuote(text, end);
            if (close == std::string_view::npos) return unclosedQuote(text, end);
            end = close;
        }
        ++end;
    }
    while (end > first && isBlank(text[end - 1])) --end;
    const auto value = text.substr(first, end - first);
    return IniValue{std::string(value), first, value.size(), true};
}

}  // namespace berth::host
