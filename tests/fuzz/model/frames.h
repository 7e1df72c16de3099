// tests/fuzz/model/frames.h - an answer in the framing `frames` of the exec protocol, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace berth::fuzz {

struct FramedAnswer {
    std::string out;
    std::string err;
    std::string closing;  // its first word
    std::string what;     // and its second
};

// Takes an answer off the text. Nothing when it does not begin with one.
[[nodiscard]] std::optional<FramedAnswer> takeAnswer(std::string_view& text);

}  // namespace berth::fuzz
