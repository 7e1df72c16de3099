// sdk/src/words.cpp - splits lines into words and finds the word that was meant.
#include "berth/words.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "characters.h"

namespace berth {
namespace {

constexpr std::size_t kLongestTypo = 64;

// Takes one word after the other from a line.
class Splitter {
public:
    explicit Splitter(std::string_view line) : line_(line) {}

    std::variant<std::vector<std::string>, WordsError> split() {
        const auto control = std::ranges::find_if(line_, isControl);
        if (control != line_.end()) {
            return WordsError{static_cast<std::size_t>(control - line_.begin()),
                              "a control character is not allowed"};
        }
        std::vector<std::string> words;
        for (skipBlanks(); at_ < line_.size(); skipBlanks()) {
            std::string word;
            while (at_ < line_.size() && !isBlank(line_[at_])) {
                if (auto error = takePart(word)) return *std::move(error);
            }
            words.push_back(std::move(word));
        }
        return words;
    }

private:
    void skipBlanks() {
        while (at_ < line_.size() && isBlank(line_[at_])) ++at_;
    }

    // One character, one escape or one quoted part.
    std::optional<WordsError> takePart(std::string& word) {
        const char c = line_[at_];
        if (c == '\'' || c == '"') return takeQuoted(word, c);
        if (c == '\\') {
            if (at_ + 1 == line_.size()) return WordsError{at_, "nothing follows the backslash"};
            ++at_;
        }
        word += line_[at_++];
        return std::nullopt;
    }

    std::optional<WordsError> takeQuoted(std::string& word, char quote) {
        const auto open = at_++;
        for (; at_ < line_.size(); ++at_) {
            if (line_[at_] == quote) {
                ++at_;
                return std::nullopt;
            }
            if (quote == '"' && line_[at_] == '\\' && at_ + 1 < line_.size() &&
                (line_[at_ + 1] == '"' || line_[at_ + 1] == '\\')) {
                ++at_;
            }
            word += line_[at_];
        }
        return WordsError{open, std::string("the quote ") + quote + " is never closed"};
    }

    std::string_view line_;
    std::size_t at_ = 0;
};

bool isPlain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 ||
           std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
}

std::string lowerCase(std::string_view text) {
    std::string result(text);
    for (auto& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

// How many insertions, deletions, replacements and swaps of neighbours lie between two words.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        beforeLast = std::exchange(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

// The one candidate that `typed` is the beginning of.
std::optional<std::string> onlyCompletion(std::string_view typed,
                                          const std::vector<std::string>& candidates) {
    const auto completes = [typed](const std::string& c) { return c.starts_with(typed); };
    if (typed.size() < 3 || std::ranges::count_if(candidates, completes) != 1) return std::nullopt;
    return *std::ranges::find_if(candidates, completes);
}

}  // namespace

std::variant<std::vector<std::string>, WordsError> splitWords(std::string_view line) {
    return Splitter(line).split();
}

std::string quoteWord(std::string_view text) {
    if (!text.empty() && std::ranges::all_of(text, isPlain)) return std::string(text);
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'') {
            word += R"('\'')";
        } else {
            word += c;
        }
    }
    return word + "'";
}

std::optional<std::string> closestWord(std::string_view typed,
                                       const std::vector<std::string>& candidates) {
    if (typed.size() > kLongestTypo) return std::nullopt;
    const auto wanted = lowerCase(typed);
    std::size_t best = typed.size() < 2 ? 0 : std::max<std::size_t>(1, typed.size() / 3);
    const std::string* closest = nullptr;
    for (const auto& candidate : candidates) {
        if (candidate.size() > typed.size() + best) continue;
        const auto distance = editDistance(wanted, lowerCase(candidate));
        if (distance < best || (distance == best && closest == nullptr)) {
            best = distance;
            closest = &candidate;
        }
    }
    return closest != nullptr ? std::optional(*closest) : onlyCompletion(wanted, candidates);
}

}  // namespace berth
