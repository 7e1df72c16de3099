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

using std::chrono::milliseconds;

[[noreturn]] void throwTooSlow() {
    throw TimedOut("a message did not end in time");
}

// Another timeout for as long as this lives.
class ShorterTimeout {
public:
    ShorterTimeout(Connection& client, milliseconds limit)
        : client_(client), usual_(client.timeout()) {
        client_.setTimeout(limit);
    }
    ShorterTimeout(const ShorterTimeout&) = delete;
    ShorterTimeout& operator=(const ShorterTimeout&) = delete;
    ~ShorterTimeout() { client_.setTimeout(usual_); }

private:
    Connection& client_;
    const milliseconds usual_;
};

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

void BufferedReader::setMessageTimeout(milliseconds limit) {
    messageTimeout_ = limit;
    if (!pending_.empty()) beginMessage();
}

void BufferedReader::beginMessage() {
    if (messageTimeout_.count() > 0) begun_ = Clock::now();
}

// Until what is pending must be whole. Throws: TimedOut when no time is left.
milliseconds BufferedReader::timeLeft() const {
    const auto left = std::chrono::ceil<milliseconds>(begun_ + messageTimeout_ - Clock::now());
    if (left.count() <= 0) throwTooSlow();
    return left;
}

// The first byte of a message may take as long as the Connection lets it.
template <class Receive>
Chunk BufferedReader::receiveInTime(Receive receive) {
    if (messageTimeout_.count() <= 0) return receive();
    const auto left = timeLeft();
    const auto usual = client_.timeout();
    if (usual.count() > 0 && usual <= left) return receive();
    const ShorterTimeout shorter(client_, left);
    try {
        return receive();
    } catch (const TimedOut&) {
        throwTooSlow();
    }
}

BufferedReader::Fill BufferedReader::fill() {
    dropTaken();
    const bool first = pending_.empty();
    const auto receive = [this] { return client_.receive(); };
    const auto bytes = first ? receive() : receiveInTime(receive);
    if (!bytes) return Fill::End;
    pending_ += textOf(bytes);
    if (first) beginMessage();
    return Fill::Data;
}

BufferedReader::Fill BufferedReader::fillWithin(milliseconds pause) {
    const bool limited = messageTimeout_.count() > 0 && !pending().empty();
    const auto longest = limited ? std::min(pause, timeLeft()) : pause;
    const auto result = client_.wait({}, longest, ClientEvent::Input);
    if (!result.timedOut()) return fill();
    if (longest < pause) throwTooSlow();
    return Fill::Pause;
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
    } else if (count > 0) {
        beginMessage();
    }
}

std::optional<std::string> BufferedReader::readLine(std::size_t limit) {
    if (pending_.empty()) {
        // Most lines come whole and alone: they are looked for where they lie, and nothing is kept.
        const auto bytes = textOf(client_.receive());
        const auto end = bytes.find('\n');
        if (end <= limit && end != std::string_view::npos) {
            pending_ = bytes.substr(end + 1);
            if (!pending_.empty()) beginMessage();
            return withoutLineEnd(bytes.substr(0, end), limit);
        }
        pending_ = bytes;
        if (bytes.empty()) return std::nullopt;
        beginMessage();
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
    auto filled = front.size();
    consume(filled);
    while (filled < buffer.size()) {
        const auto read = [&] { return client_.read(buffer.subspan(filled)); };
        const bool first = filled == 0;
        const auto bytes = first ? read() : receiveInTime(read);
        if (!bytes) break;
        filled += bytes.size();
        if (first) beginMessage();
    }
    return buffer.first(filled);
}

}  // namespace berth
