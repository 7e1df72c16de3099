// tests/fuzz/words_fuzz.cpp - lines quoted as in a shell: what was split can be quoted again.
#include <string>
#include <variant>
#include <vector>

#include "berth/words.h"
#include "fuzz/fuzz_target.h"

namespace berth::fuzz {

void target(std::string_view input) {
    const auto split = splitWords(input);
    if (const auto* error = std::get_if<WordsError>(&split)) {
        require(error->offset <= input.size(), "an error's place lies in the line");
        require(!error->message.empty(), "an error says why");
        return;
    }
    const auto& words = std::get<std::vector<std::string>>(split);
    std::string line;
    for (const auto& word : words) line += (line.empty() ? "" : " ") + quoteWord(word);
    const auto again = splitWords(line);
    require(std::holds_alternative<std::vector<std::string>>(again), "quoted words can be split");
    require(std::get<std::vector<std::string>>(again) == words, "quoting keeps the words");
}

}  // namespace berth::fuzz
