// cli/talk/line_ends.cpp
#include "cli/talk/line_ends.h"

namespace berth::cli {

std::string LineEnds::convert(std::string_view bytes) {
    if (end_ == LineEnd::Newline) return std::string(bytes);
    std::string result;
    result.reserve(bytes.size());
    for (const char value : bytes) {
        if (value == '\n' && !(end_ == LineEnd::CarriageReturnNewline && last_ == '\r')) {
            result += textOf(end_);
        } else {
            result += value;
        }
        last_ = value;
    }
    return result;
}

}  // namespace berth::cli
