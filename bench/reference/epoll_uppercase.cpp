// bench/reference/epoll_uppercase.cpp - ASCII in upper case on one thread and epoll; a client that
// sends `exit`, as a line or a whole piece, is closed.
//
// usage: epoll_uppercase PORT    PORT 0 takes a free one, which is printed
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "bench/reference/epoll_server.h"

// The loops are plain, for the compiler to make vectors of: as wide as the machine has them.
#if defined(__x86_64__)
#define AS_WIDE_AS_THE_MACHINE [[gnu::target_clones("avx2", "default")]]
#else
#define AS_WIDE_AS_THE_MACHINE
#endif

namespace {

using berth::bench::Answer;

constexpr std::string_view kWord = "exit";
// A line of so many bytes is not the word, whatever line end it has.
constexpr std::size_t kTooLong = kWord.size() + 2;
// Stays in the cache of the first level between the two loops.
constexpr std::size_t kBlock = 1024;

// Whether one of `count` bytes is a line end before the word's first letter. Looks at the byte
// behind them, too.
AS_WIDE_AS_THE_MACHINE bool mayHoldWord(const char* bytes, std::size_t count) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < count; ++i) {
        found |= static_cast<unsigned char>((bytes[i] == '\n') & (bytes[i + 1] == kWord[0]));
    }
    return found != 0;
}

AS_WIDE_AS_THE_MACHINE void toUpper(char* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto letter = static_cast<unsigned char>(bytes[i] - 'a') < 26;
        bytes[i] = static_cast<char>(bytes[i] ^ (letter ? 'a' ^ 'A' : 0));
    }
}

bool beginsWithWord(std::string_view text) {
    if (!text.starts_with(kWord)) return false;
    text.remove_prefix(kWord.size());
    return text.starts_with('\n') || text.starts_with("\r\n");
}

// Where the word begins as a line that follows one of the line ends in [from, to); npos when
// it does nowhere.
std::size_t findWord(std::string_view text, std::size_t from, std::size_t to) {
    for (auto at = text.find('\n', from); at < to; at = text.find('\n', at + 1)) {
        if (beginsWithWord(text.substr(at + 1))) return at + 1;
    }
    return std::string_view::npos;
}

class Uppercase {
public:
    Answer take(std::span<char> piece) {
        const std::string_view text(piece.data(), piece.size());
        if (text == kWord || endsAsWord(text)) return {0, true};
        remember(text);
        const auto last = text.size() - 1;
        for (std::size_t at = 0; at < text.size(); at += kBlock) {
            const auto count = std::min(kBlock, text.size() - at);
            const auto ends = std::min(count, last - at);
            if (mayHoldWord(piece.data() + at, ends)) {
                const auto word = findWord(text, at, at + ends);
                if (word != std::string_view::npos) {
                    toUpper(piece.data() + at, word - at);
                    return {word, true};
                }
            }
            toUpper(piece.data() + at, count);
        }
        return {text.size()};
    }

private:
    // Whether the line that began in earlier pieces ends in this one, and is the word.
    [[nodiscard]] bool endsAsWord(std::string_view text) const {
        const auto front = text.substr(0, kTooLong);
        const auto end = front.find('\n');
        if (end == std::string_view::npos || held_ + end > kTooLong) return false;
        std::array<char, kTooLong> line = line_;
        std::copy_n(front.data(), end, line.data() + held_);
        std::string_view whole(line.data(), held_ + end);
        if (whole.ends_with('\r')) whole.remove_suffix(1);
        return whole == kWord;
    }

    // Keeps the beginning of the line that this piece breaks off.
    void remember(std::string_view text) {
        auto back = text.substr(text.size() - std::min(text.size(), kTooLong));
        if (const auto end = back.rfind('\n'); end != std::string_view::npos) {
            back.remove_prefix(end + 1);
            held_ = 0;
        }
        back = back.substr(0, kTooLong - held_);
        std::copy_n(back.data(), back.size(), line_.data() + held_);
        held_ = static_cast<unsigned char>(held_ + back.size());
    }

    std::array<char, kTooLong> line_{};
    unsigned char held_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    return berth::bench::serveWith<Uppercase>("epoll_uppercase", argc, argv);
}
