// sdk/src/buffered_reader.cpp - lines, exact counts and unknown prefixes out of received chunks.
#include "berth/buffered_reader.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "berth/errors.h"

namespace berth {
namespace {

[[noreturn]] void throwTooLong(std::size_t limit) {
    throw ProtocolError("a line is longer than " + std::to_string(limit) + " bytes");
}

}  // namespace

std::string_view BufferedReader::pending() const noexcept {
    return std::string_view(pending_).substr(taken_);
}

BufferedReader::Fill BufferedReader::fill() {
    const auto bytes = client_.receive();
    if (!bytes) return Fill::End;
    pending_.erase(0, std::exchange(taken_, 0));
    // The bytes of an object may be looked at as characters.
    pending_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Fill::Data;
}

BufferedReader::Fill BufferedReader::fillWithin(std::chrono::milliseconds pause) {
    const auto result = client_.wait({}, pause, ClientEvent::Input);
    return result.timedOut() ? Fill::Pause : fill();
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
    std::size_t searched = 0;
    for (;;) {
        const auto bytes = pending();
        const auto end = bytes.find('\n', searched);
        if (end != std::string_view::npos) {
            auto line = bytes.substr(0, end);
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.size() > limit) throwTooLong(limit);
            std::string result(line);
            consume(end + 1);
            return result;
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
