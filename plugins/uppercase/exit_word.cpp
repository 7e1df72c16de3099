// plugins/uppercase/exit_word.cpp
#include "exit_word.h"

#include <algorithm>

#include "line_search.h"

namespace berth::uppercase {

std::span<std::byte> ExitWord::before(std::span<std::byte> bytes) {
    if (word_.empty()) return bytes;
    // The bytes of an object may be looked at as characters.
    const std::string_view chunk(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const auto position = find(chunk);
    found_ = position != std::string_view::npos;
    if (found_) return bytes.first(position);
    keepUnfinishedLine(chunk);
    return bytes;
}

// How much of the chunk comes before the word, or npos.
std::size_t ExitWord::find(std::string_view chunk) const {
    if (chunk == word_) return 0;
    const auto front = chunk.substr(0, tooLong());
    if (const auto end = front.find('\n'); end != std::string_view::npos) {
        auto line = unfinished_ + std::string(front.substr(0, end));
        if (line.ends_with('\r')) line.pop_back();
        if (line == word_) return 0;
    }
    return findLine(chunk, word_);
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
