// bench/drive/line_reader.cpp
#include "bench/drive/line_reader.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace berth::bench {
namespace {

constexpr std::size_t kLongestLine = std::size_t{64} * 1024;

}  // namespace

std::optional<std::string> LineReader::line() {
    auto end = held_.find('\n');
    while (end == std::string::npos) {
        if (held_.size() > kLongestLine) {
            throw std::runtime_error("the server sent a line of more than 64 KiB");
        }
        const auto searched = held_.size();
        if (!receive()) {
            if (held_.empty()) return std::nullopt;
            return std::exchange(held_, {});
        }
        end = held_.find('\n', searched);
    }
    auto found = held_.substr(0, end);
    held_.erase(0, end + 1);
    return found;
}

void LineReader::skip(std::size_t count) {
    while (held_.size() < count) {
        count -= held_.size();
        held_.clear();
        if (!receive()) throw std::runtime_error("the server closed in the middle of a reply");
    }
    held_.erase(0, count);
}

bool LineReader::receive() {
    std::array<char, 4096> buffer;
    const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return false;
    held_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

}  // namespace berth::bench
