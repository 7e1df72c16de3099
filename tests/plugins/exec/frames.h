// tests/plugins/exec/frames.h - takes replies in the framing `frames` apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace berth::test {

struct FramedReply {
    std::string out;
    std::string err;
    std::vector<std::string> pieces;  // "out 1", in order; empty frames are left out
    std::string closing;              // without the time: "exit 0", "signal KILL", "error busy ..."
};

// Throws: std::runtime_error where the bytes are not frames, or end within a reply.
[[nodiscard]] std::vector<FramedReply> parseFrames(std::string_view bytes);

}  // namespace berth::test
