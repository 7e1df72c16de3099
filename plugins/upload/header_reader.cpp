// plugins/upload/header_reader.cpp
#include "upload/header_reader.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "berth/errors.h"
#include "upload/header_scanner.h"
#include "upload/refusal.h"

namespace berth::upload {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Fill = BufferedReader::Fill;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr milliseconds kHeaderTime = 10s;  // from its first byte to its brace
constexpr milliseconds kLineEndTime = 2s;  // from its brace on

// Limits the time of what is read while this lives.
class MessageTimeout {
public:
    MessageTimeout(BufferedReader& reader, milliseconds limit) : reader_(reader) {
        reader_.setMessageTimeout(limit);
    }
    MessageTimeout(const MessageTimeout&) = delete;
    MessageTimeout& operator=(const MessageTimeout&) = delete;
    ~MessageTimeout() { reader_.setMessageTimeout(0ms); }

private:
    BufferedReader& reader_;
};

// Takes one JSON object off the reader, at whose front it begins.
std::string takeObject(BufferedReader& reader) {
    HeaderScanner scanner;
    for (;;) {
        const auto text = reader.pending();
        switch (scanner.scan(text.substr(0, kMaxHeader))) {
            case HeaderScanner::State::Complete: {
                std::string header(text.substr(0, scanner.size()));
                reader.consume(header.size());
                return header;
            }
            case HeaderScanner::State::NotAnObject:
                throw Refusal(RefusalCode::BadJson, "a request is a JSON object: it begins with {");
            case HeaderScanner::State::TooDeep:
                throw Refusal(RefusalCode::BadJson, "the header is nested too deeply");
            case HeaderScanner::State::Incomplete:
                break;
        }
        if (text.size() >= kMaxHeader) {
            throw Refusal(RefusalCode::HeaderTooLong,
                          "the header is longer than " + std::to_string(kMaxHeader) + " bytes");
        }
        if (reader.fill() == Fill::End) {
            throw Refusal(RefusalCode::BadJson, "the connection ended inside the header");
        }
    }
}

std::string takeObjectInTime(BufferedReader& reader) try {
    const MessageTimeout limit(reader, kHeaderTime);
    return takeObject(reader);
} catch (const TimedOut&) {
    throw Refusal(RefusalCode::HeaderTooSlow, "the header did not come whole in time");
}

// The bytes of the line end that the text begins with; 0 when it begins with none.
std::size_t lineEndOf(std::string_view text) {
    if (text.starts_with('\n')) return 1;
    return text.starts_with("\r\n") ? 2 : 0;
}

void takeLineEnd(BufferedReader& reader) {
    const auto deadline = Clock::now() + kLineEndTime;
    for (;;) {
        const auto text = reader.pending();
        if (const auto size = lineEndOf(text)) return reader.consume(size);
        if (!text.empty() && text != "\r") {
            throw Refusal(RefusalCode::HeaderNotEnded,
                          "a header with sha256, offset or ack ends with a line end, and something "
                          "else follows its brace");
        }
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (left <= 0ms || reader.fillWithin(left) != Fill::Data) {
            throw Refusal(
                RefusalCode::HeaderNotEnded,
                "a header with sha256, offset or ack ends with a line end, and none came");
        }
    }
}

}  // namespace

bool skipBlanks(BufferedReader& reader) {
    for (;;) {
        const auto text = reader.pending();
        const auto begin = text.find_first_not_of(kBlanks);
        reader.consume(begin == std::string_view::npos ? text.size() : begin);
        if (!reader.pending().empty()) return true;
        if (reader.fill() == Fill::End) return false;
    }
}

std::optional<Request> readRequest(BufferedReader& reader) {
    if (!skipBlanks(reader)) return std::nullopt;
    auto request = parseRequest(takeObjectInTime(reader));
    if (request.endsALine) {
        takeLineEnd(reader);
    } else {
        reader.consume(lineEndOf(reader.pending()));
    }
    return request;
}

}  // namespace berth::upload
