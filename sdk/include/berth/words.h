// berth/words.h - splits a line into words, quoted as in a shell. Nothing is expanded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "berth/api.h"

namespace berth {

// Where and why a line could not be split.
struct WordsError {
    std::size_t offset = 0;  // bytes from the start of the line
    std::string message;     // such as `the quote ' is never closed`
};

// Blanks separate words. '...' keeps everything, "..." keeps all but \" \\ and a backslash takes
// the next character as it is. Returns the words, or the first error.
[[nodiscard]] BERTH_API std::variant<std::vector<std::string>, WordsError> splitWords(
    std::string_view line);

// The text as one word that splitWords() gives back: quoted only where it must be.
[[nodiscard]] BERTH_API std::string quoteWord(std::string_view text);

// The candidate nearest to a mistyped word, if one is near enough to be what was meant.
[[nodiscard]] BERTH_API std::optional<std::string> closestWord(
    std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace berth
