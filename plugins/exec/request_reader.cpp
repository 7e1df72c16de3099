// plugins/exec/request_reader.cpp
#include "exec/request_reader.h"

#include <string_view>

#include "berth/errors.h"

namespace berth::exec {

using Fill = BufferedReader::Fill;

namespace {

// For as long as it lives: what the reader reads next is read for something else.
class MessageTimeout {
public:
    explicit MessageTimeout(BufferedReader& reader) : reader_(reader) {
        reader_.setMessageTimeout(reader_.connection().timeout());
    }
    MessageTimeout(const MessageTimeout&) = delete;
    MessageTimeout& operator=(const MessageTimeout&) = delete;
    ~MessageTimeout() { reader_.setMessageTimeout(std::chrono::milliseconds(0)); }

private:
    BufferedReader& reader_;
};

}  // namespace

std::optional<std::variant<std::string, RequestError>> RequestReader::next() {
    const MessageTimeout whole(reader_);
    return read();
}

std::optional<RequestReader::Request> RequestReader::read() {
    std::size_t searched = 0;
    for (;;) {
        const auto pending = reader_.pending();
        const auto end = pending.find('\n', searched);
        const auto length = end == std::string_view::npos ? pending.size() : end;
        if (length > longest_) {
            discard();
            return RequestError{code::kTooLong,
                                "a request is at most " + std::to_string(longest_) + " bytes long"};
        }
        if (end != std::string_view::npos) return take(end, 1);
        searched = pending.size();
        if (more() == Fill::Data) continue;
        if (searched == 0) return std::nullopt;
        return take(searched, 0);
    }
}

// A pause counts only behind the first byte of a request.
Fill RequestReader::more() {
    if (framing_ == Framing::Raw && !reader_.pending().empty()) return reader_.fillWithin(kPause);
    return reader_.fill();
}

std::string RequestReader::take(std::size_t count, std::size_t lineEnd) {
    std::string line(reader_.pending().substr(0, count));
    reader_.consume(count + lineEnd);
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

void RequestReader::discard() {
    const auto limit = reader_.connection().timeout();
    const auto begun = std::chrono::steady_clock::now();
    for (;;) {
        // The reader takes what follows thrown away bytes for another message.
        if (limit.count() > 0 && std::chrono::steady_clock::now() - begun > limit) {
            throw TimedOut("a request did not end in time");
        }
        const auto pending = reader_.pending();
        const auto end = pending.find('\n');
        if (end != std::string_view::npos) return reader_.consume(end + 1);
        const bool last = more() != Fill::Data;
        // What came before the newest bytes is looked at; keep those only.
        if (last) return reader_.consume(reader_.pending().size());
        reader_.consume(pending.size());
    }
}

}  // namespace berth::exec
