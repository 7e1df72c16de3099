// cli/net/json_extent.cpp
#include "cli/net/json_extent.h"

namespace berth::cli {
namespace {

constexpr std::size_t kDeepest = 16;

bool isBlank(char value) noexcept {
    return value == ' ' || value == '\n' || value == '\r' || value == '\t';
}

}  // namespace

std::size_t JsonExtent::feed(std::string_view bytes) noexcept {
    std::size_t taken = 0;
    while (taken < bytes.size() && !complete_ && !broken_) take(bytes[taken++]);
    return taken;
}

void JsonExtent::take(char value) noexcept {
    if (inString_) {
        if (escaped_) {
            escaped_ = false;
        } else if (value == '\\') {
            escaped_ = true;
        } else if (value == '"') {
            inString_ = false;
        }
        return;
    }
    if (value == '{' || (value == '[' && depth_ > 0)) {
        broken_ = ++depth_ > kDeepest;
    } else if (depth_ == 0) {
        broken_ = !isBlank(value);
    } else if (value == '"') {
        inString_ = true;
    } else if (value == '}' || value == ']') {
        complete_ = --depth_ == 0;
    }
}

}  // namespace berth::cli
