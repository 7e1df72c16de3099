// plugins/uppercase/exit_word.cpp
#include "exit_word.h"

#include <algorithm>

#include "ascii.h"
#include "line_search.h"

namespace berth::uppercase {
namespace {

// The bytes of an object may be looked at as characters.
std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::span<std::byte> ExitWord::before(std::span<std::byte> bytes) {
    if (word_.empty()) return bytes;
    return take(bytes, [&] { return findLine(textOf(bytes), word_); });
}

std::span<std::byte> ExitWord::upperBefore(std::span<std::byte> bytes) {
    if (word_.empty()) {
        toUpperAscii(bytes);
        return bytes;
    }
    return take(bytes, [&] { return upperToLine(bytes, word_); });
}

template <class Search>
std::span<std::byte> ExitWord::take(std::span<std::byte> bytes, Search search) {
    const auto chunk = textOf(bytes);
    found_ = beginsWithWord(chunk);
    if (found_) return {};
    keepUnfinishedLine(chunk);  // before the search, which may change the letters
    const auto position = search();
    found_ = position != std::string_view::npos;
    return found_ ? bytes.first(position) : bytes;
}

// The chunk is the word, or ends the line that the last one broke off so that it is the word.
bool ExitWord::beginsWithWord(std::string_view chunk) const {
    if (chunk == word_) return true;
    const auto front = chunk.substr(0, tooLong());
    const auto end = front.find('\n');
    if (end == std::string_view::npos) return false;
    auto line = unfinished_ + std::string(front.substr(0, end));
    if (line.ends_with('\r')) line.pop_back();
    return line == word_;
}

void ExitWord::keepUnfinishedLine(std::string_view chunk) {
    const auto back = chunk.substr(chunk.size() - std::min(chunk.size(), tooLong()));
    const auto lineEnd = back.rfind('\n');
    if (lineEnd != std::string_view::npos) {
        unfinished_ = back.substr(lineEnd + 1);
    } else if (unfinished_.size() < tooLong()) {
        unfinished_ += back.substr(0, tooLong() - unfinished_.size());
    }
}

}  // namespace berth::uppercase
