// cli/net/channel_reader.cpp
#include "cli/net/channel_reader.h"

#include <algorithm>
#include <utility>

#include "cli/app/failure.h"
#include "cli/net/json_extent.h"

namespace berth::cli {
namespace {

constexpr std::size_t kBufferSize = std::size_t{64} << 10;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kShown = 60;  // of wrong bytes, in a message

}  // namespace

ChannelReader::ChannelReader(Channel& channel) : channel_(&channel), buffer_(kBufferSize) {}

bool ChannelReader::fill() {
    if (rest_.empty()) rest_ = channel_->receive(buffer_);
    return !rest_.empty();
}

std::optional<std::string> ChannelReader::readLine(std::size_t limit) {
    std::string line;
    while (fill()) {
        const auto end = rest_.find('\n');
        const auto piece = rest_.substr(0, end);
        if (line.size() + piece.size() > limit) {
            throw Failure(ExitCode::Protocol, channel_->name() + ": sent a line of more than " +
                                                  std::to_string(limit) + " bytes");
        }
        line += piece;
        rest_.remove_prefix(piece.size());
        if (end == std::string_view::npos) continue;
        rest_.remove_prefix(1);
        if (line.ends_with('\r')) line.pop_back();
        return line;
    }
    if (line.empty()) return std::nullopt;
    throw TransportFailure(ExitCode::Unavailable,
                           channel_->name() + ": closed the connection in the middle of a line");
}

std::optional<std::string> ChannelReader::readJsonObject(std::size_t limit) {
    JsonExtent extent;
    std::string text;
    while (fill()) {
        const auto taken = extent.feed(rest_);
        if (extent.broken() || text.size() + taken > limit) {
            throw Failure(ExitCode::Protocol,
                          channel_->name() +
                              ": answered with something that is no JSON object; "
                              "is this an upload service?");
        }
        text += rest_.substr(0, taken);
        rest_.remove_prefix(taken);
        if (extent.complete()) return text;
    }
    if (!extent.begun()) return std::nullopt;
    throw TransportFailure(ExitCode::Unavailable,
                           channel_->name() + ": closed the connection in the middle of an answer");
}

void ChannelReader::skipTo(char wanted, std::size_t limit) {
    std::string skipped;
    while (fill()) {
        const auto at = rest_.find(wanted);
        skipped += rest_.substr(0, at);
        rest_.remove_prefix(std::min(at, rest_.size()));
        if (skipped.size() > limit) break;
        if (at != std::string_view::npos) return;
    }
    if (skipped.empty()) return;
    throw Failure(ExitCode::Protocol, channel_->name() + ": answered \"" +
                                          skipped.substr(0, kShown) +
                                          "\", which is not what such a service says");
}

bool ChannelReader::moreThanBlanks(std::chrono::milliseconds wait) {
    for (;;) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
        if (!rest_.empty()) return true;
        if (!channel_->readable(wait)) return false;
        if (!fill()) return true;
    }
}

std::string_view ChannelReader::readPiece() {
    static_cast<void>(fill());
    return std::exchange(rest_, {});
}

}  // namespace berth::cli
