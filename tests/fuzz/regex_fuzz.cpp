// tests/fuzz/regex_fuzz.cpp - regular expressions of operators, against arguments of clients:
// bounded, and never matching a part for the whole. The first line is the expression.
#include <cctype>
#include <stdexcept>
#include <string>

#include <algorithm>

#include "exec/whole_match.h"
#include "fuzz/fuzz_target.h"

namespace berth::fuzz {
namespace {

using exec::WholeMatch;

bool isLiteral(std::string_view pattern) {
    return std::ranges::all_of(pattern, [](unsigned char c) {
        return c < 0x80 && (std::isalnum(c) != 0 || c == ' ' || c == '_' || c == '-');
    });
}

}  // namespace

void target(std::string_view input) {
    const auto end = std::min(input.find('\n'), input.size());
    const std::string text(input.substr(std::min(end + 1, input.size())));
    const std::string pattern(input.substr(0, end));
    try {
        const WholeMatch expression(pattern);
        const auto result = expression.match(text);
        require(expression.match(text) == result, "a match does not depend on what was matched");
        if (isLiteral(pattern)) {
            require((result == WholeMatch::Result::Yes) == (text == pattern),
                    "letters are letters");
        }
        const WholeMatch either(pattern.size() + 6 > 512 ? pattern : "(?:" + pattern + ")|x");
        require(result != WholeMatch::Result::Yes || either.match(text) != WholeMatch::Result::No,
                "an alternative takes nothing away");
    } catch (const std::invalid_argument& error) {
        require(std::string_view(error.what()).find('\n') == std::string_view::npos &&
                    *error.what() != '\0',
                "an error is one line");
    }
}

}  // namespace berth::fuzz
