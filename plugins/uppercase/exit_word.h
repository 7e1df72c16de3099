// plugins/uppercase/exit_word.h - notices the word by which a client asks to be closed.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace berth::uppercase {

// Looks for the word as a whole line, wherever the line is split, and as a whole chunk without
// a line end, for clients that send none. One object per client.
//
// Lifetime: borrows the word. An empty word is never found.
class ExitWord {
public:
    explicit ExitWord(std::string_view word) noexcept : word_(word) {}

    // The front of the next bytes that comes before the word: all of them unless it is found.
    [[nodiscard]] std::span<std::byte> before(std::span<std::byte> bytes);
    // The same, with its ASCII letters in upper case.
    [[nodiscard]] std::span<std::byte> upperBefore(std::span<std::byte> bytes);

    [[nodiscard]] bool found() const noexcept { return found_; }

private:
    template <class Search>
    std::span<std::byte> take(std::span<std::byte> bytes, Search search);
    [[nodiscard]] bool beginsWithWord(std::string_view chunk) const;
    void keepUnfinishedLine(std::string_view chunk);
    // A line of this length or more cannot be the word, whatever line end it has.
    [[nodiscard]] std::size_t tooLong() const noexcept { return word_.size() + 2; }

    std::string_view word_;
    std::string unfinished_;  // the line that the last chunk broke off, cut at tooLong()
    bool found_ = false;
};

}  // namespace berth::uppercase
