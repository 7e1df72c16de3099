// plugins/exec/reply.cpp
#include "exec/reply.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "exec/child_process.h"
#include "exec/one_line.h"

namespace berth::exec {
namespace {

// A pipe holds this much, so one read empties it.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;
// Room before a piece for its head, so that both go out in one write.
constexpr std::size_t kHeadBytes = 16;
// Of a usage that an operator made long; what clients wrote is shown shorter than that.
constexpr std::size_t kLongestError = 2000;

using Head = std::array<char, kHeadBytes>;

// "out 123\n" at the end of `head`; returns how long it is.
std::size_t formatHead(Head& head, Stream stream, std::size_t count) {
    std::string text = stream == Stream::Out ? "out " : "err ";
    text += std::to_string(count);
    text += '\n';
    std::ranges::copy(text, head.end() - static_cast<std::ptrdiff_t>(text.size()));
    return text.size();
}

std::string exitLine(ExitStatus status, std::chrono::milliseconds took) {
    const auto how = status.signaled ? "signal " + signalName(status.value)
                                     : "exit " + std::to_string(status.value);
    return how + ' ' + std::to_string(took.count()) + '\n';
}

}  // namespace

std::span<std::byte> Reply::buffer() {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(kHeadBytes + kPieceBytes);
    return std::span(buffer_.get() + kHeadBytes, kPieceBytes);
}

void Reply::write(Stream stream, std::size_t count) {
    written_ += count;
    const auto piece = buffer().first(count);
    if (framing_ == Framing::Raw) return client_.write(piece);
    Head head{};
    const auto length = formatHead(head, stream, count);
    auto* begin = piece.data() - length;
    std::ranges::copy(std::as_bytes(std::span(head)).last(length), begin);
    client_.write(std::span(begin, length + count));
}

void Reply::write(std::string_view text) {
    if (text.empty()) return;
    written_ += text.size();
    std::string message =
        framing_ == Framing::Raw ? "" : "out " + std::to_string(text.size()) + '\n';
    client_.writeText(message += text);
}

void Reply::probe() {
    if (framing_ == Framing::Frames) client_.writeText("out 0\n");
}

void Reply::finish(ExitStatus status, std::chrono::milliseconds took) {
    if (framing_ == Framing::Frames) return client_.writeText(exitLine(status, took));
    if (status.signaled) {
        fail({code::kSignal, "the command was ended by the signal " + signalName(status.value)});
    } else if (written_ == 0) {
        client_.writeText("result");
    }
}

void Reply::fail(const RequestError& error) {
    auto text = oneLine(error.text);
    if (text.size() > kLongestError) text.replace(kLongestError, std::string::npos, "...");
    std::string line = "error ";
    line.append(error.code).append(" ").append(text).append("\n");
    client_.writeText(line);
}

}  // namespace berth::exec
