// sdk/src/buffered_reader.cpp - lines, exact counts and unknown prefixes out of received chunks.
#include "berth/buffered_reader.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "berth/errors.h"

namespace berth {
namespace {

[[noreturn]] void throwTooLong(std::size_t limit) {
    throw ProtocolError("a line is longer than " + std::to_string(limit) + " bytes");
}

// The bytes of an object may be looked at as characters.
std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string withoutLineEnd(std::string_view line, std::size_t limit) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > limit) throwTooLong(limit);
    return std::string(line);
}

}  // namespace

std::string_view BufferedReader::pending() const noexcept {
    return std::string_view(pending_).substr(taken_);
}

BufferedReader::Fill BufferedReader::fill() {
    dropTaken();
    const auto bytes = client_.receive();
    if (!bytes) return Fill::End;
    pending_ += textOf(bytes);
    return Fill::Data;
}

BufferedReader::Fill BufferedReader::fillWithin(std::chrono::milliseconds pause) {
    const auto result = client_.wait({}, pause, ClientEvent::Input);
    return result.timedOut() ? Fill::Pause : fill();
}

// What is left of a large piece moves into a buffer of its size, since waiting may take long.
void BufferedReader::dropTaken() {
    if (taken_ == 0) return;
    if (taken_ < pending_.size() / 2) {
        pending_.erase(0, taken_);
    } else {
        pending_ = std::string(pending());
    }
    taken_ = 0;
}

void BufferedReader::consume(std::size_t count) {
    if (count > pending().size()) throw std::logic_error("consume() of bytes that are not there");
    taken_ += count;
    if (taken_ == pending_.size()) {
        pending_ = std::string();
        taken_ = 0;
    }
}

std::optional<std::string> BufferedReader::readLine(std::size_t limit) {
    if (pending_.empty()) {
        // Most lines come whole and alone: they are looked for where they lie, and nothing is kept.
        const auto bytes = textOf(client_.receive());
        const auto end = bytes.find('\n');
        if (end <= limit && end != std::string_view::npos) {
            pending_ = bytes.substr(end + 1);
            return withoutLineEnd(bytes.substr(0, end), limit);
        }
        pending_ = bytes;
        if (bytes.empty()) return std::nullopt;
    }
    std::size_t searched = 0;
    for (;;) {
        const auto bytes = pending();
        const auto end = bytes.find('\n', searched);
        if (end != std::string_view::npos) {
            auto line = withoutLineEnd(bytes.substr(0, end), limit);
            consume(end + 1);
            return line;
        }
        searched = bytes.size();
        // One byte more may be the "\r" of the line's end.
        if (searched > limit && (searched > limit + 1 || bytes.back() != '\r')) throwTooLong(limit);
        if (fill() == Fill::End) break;
    }
    if (pending().empty()) return std::nullopt;
    if (pending().size() > limit) throwTooLong(limit);
    std::string result(pending());
    consume(result.size());
    return result;
}

std::span<std::byte> BufferedReader::readExactly(std::span<std::byte> buffer) {
    const auto front = pending().substr(0, buffer.size());
    std::ranges::copy(std::as_bytes(std::span(front)), buffer.begin());
    const auto kept = front.size();
    consume(kept);
    const auto rest = client_.readExactly(buffer.subspan(kept));
    return buffer.first(kept + rest.size());
}

}  // namespace berth
