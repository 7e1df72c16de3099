// plugins/upload/header_scanner.cpp
#include "upload/header_scanner.h"

namespace berth::upload {

HeaderScanner::State HeaderScanner::scan(std::string_view text) {
    if (size_ == 0 && !text.empty() && text.front() != '{') state_ = State::NotAnObject;
    while (state_ == State::Incomplete && size_ < text.size()) take(text[size_++]);
    return state_;
}

void HeaderScanner::take(char c) {
    if (escaped_) {
        escaped_ = false;
    } else if (inString_) {
        escaped_ = c == '\\';
        inString_ = c != '"';
    } else if (c == '"') {
        inString_ = true;
    } else if (c == '{' || c == '[') {
        if (++depth_ > kMaxDepth) state_ = State::TooDeep;
    } else if (c == '}' || c == ']') {
        if (--depth_ == 0) state_ = State::Complete;
    }
}

}  // namespace berth::upload
