// plugins/upload/leading_newline.h - whether a newline after a header ends it or begins the file.
//
// A client may end its header with a newline, and a file may begin with one. Bytes alone cannot
// tell `{...}` + "\nabc" from `{...}\n` + "abc", but the count can: the newline ends the header
// when as many bytes as announced follow it, and is content when they end one newline short. So
// such a newline is held back until the end of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "berth/buffered_reader.h"

namespace berth::upload {

class LeadingNewline {
public:
    // Looks at the first bytes after a header of which `count` bytes of content follow, and takes
    // a newline off the reader. `sameChunk` is what had come together with the header.
    [[nodiscard]] static LeadingNewline take(BufferedReader& reader, std::uint64_t count,
                                             std::string_view sameChunk);

    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    // The bytes that it would be if it were content.
    [[nodiscard]] std::string_view asContent() const noexcept { return bytes_; }
    // True when the newline came with the header and nothing behind it, as a line does.
    [[nodiscard]] bool endsALine() const noexcept { return endsALine_; }

    enum class Meaning { Separator, Content };
    // Tells by what follows the content that came so far: bytes that are no header are the rest of
    // the content. Takes nothing off the reader.
    [[nodiscard]] static Meaning decide(BufferedReader& reader);

private:
    std::string bytes_;
    bool endsALine_ = false;
};

}  // namespace berth::upload
