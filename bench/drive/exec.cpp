// bench/drive/exec.cpp
#include "bench/drive/exec.h"

#include <Poco/Net/StreamSocket.h>

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "bench/drive/line_reader.h"

namespace berth::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kDone = "exit 0 ";
constexpr std::string_view kOut = "out ";
constexpr std::string_view kErr = "err ";

std::size_t lengthIn(std::string_view frame) {
    const auto digits = frame.substr(kOut.size());
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), length);
    if (error != std::errc{} || end != digits.end()) {
        throw std::runtime_error("the server sent no frame: " + std::string(frame));
    }
    return length;
}

// Reads the frames of one reply, up to the closing one.
void expectSuccess(LineReader& replies) {
    for (;;) {
        const auto frame = replies.line();
        if (!frame) throw std::runtime_error("the server closed in place of a reply");
        if (frame->starts_with(kDone)) return;
        if (!frame->starts_with(kOut) && !frame->starts_with(kErr)) {
            throw std::runtime_error("the command failed: " + *frame);
        }
        replies.skip(lengthIn(*frame));
    }
}

}  // namespace

ExecResult execute(const ExecOptions& options) {
    Poco::Net::StreamSocket socket{Poco::Net::SocketAddress(options.target)};
    socket.setNoDelay(true);
    socket.setReceiveTimeout(Poco::Timespan(options.patience.count(), 0));
    LineReader replies(socket);
    const auto line = options.request + '\n';

    ExecResult result;
    const auto start = Clock::now();
    auto now = start;
    for (; now - start < options.duration; now = Clock::now()) {
        socket.sendBytes(line.data(), static_cast<int>(line.size()));
        expectSuccess(replies);
        ++result.requests;
    }
    result.elapsed = now - start;
    return result;
}

}  // namespace berth::bench
