// host/control/server/line_reader.cpp
#include "host/control/server/line_reader.h"

namespace berth::host::control {

void LineReader::feed(std::string_view bytes) {
    if (skipping_) {
        const auto end = bytes.find('\n');
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        skipping_ = false;
    }
    pending_ += bytes;
}

std::optional<Line> LineReader::next() {
    const auto end = pending_.find('\n');
    if (end != std::string::npos) return take(end, 1);
    if (finished_ && !pending_.empty()) return take(pending_.size(), 0);
    // A carriage return at the limit may be the first half of a line end.
    if (pending_.size() <= maxLength_ + 1) return std::nullopt;
    pending_.clear();
    skipping_ = true;
    return Line{{}, true};
}

std::optional<Line> LineReader::take(std::size_t length, std::size_t lineEnd) {
    Line line{pending_.substr(0, length), false};
    pending_.erase(0, length + lineEnd);
    if (line.text.ends_with('\r')) line.text.pop_back();
    if (line.text.size() > maxLength_) return Line{{}, true};
    return line;
}

}  // namespace berth::host::control
