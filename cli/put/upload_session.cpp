// cli/put/upload_session.cpp
#include "cli/put/upload_session.h"

#include <chrono>
#include <utility>

namespace berth::cli {
namespace {

constexpr std::size_t kLongestAnswer = std::size_t{64} << 10;
constexpr std::size_t kLongestBanner = 4096;
constexpr int kNotFound = 404;
constexpr int kStored = 201;
constexpr std::chrono::milliseconds kLastWords{500};  // a refusal that crosses our bytes

}  // namespace

UploadAnswer UploadSession::answer() {
    if (!std::exchange(greeted_, true)) reader_.skipTo('{', kLongestBanner);
    const auto text = reader_.readJsonObject(kLongestAnswer);
    if (!text) {
        throw TransportFailure(ExitCode::Unavailable,
                               channel_.name() + ": closed the connection without an answer");
    }
    return parseUploadAnswer(*text);
}

UploadAnswer UploadSession::stat(const std::string& name) {
    channel_.send(statHeader(name));
    auto known = answer();
    if (known.status == kNotFound) return {};
    if (!known.accepted()) throw UploadRefused(std::move(known));
    return known;
}

void UploadSession::begin(const PutRequest& request) {
    channel_.send(putHeader(request));
    auto first = answer();
    if (!first.accepted()) throw UploadRefused(std::move(first));
    if (first.offset != request.offset) {
        throw Failure(ExitCode::Protocol, channel_.name() + ": wants to go on at byte " +
                                              std::to_string(first.offset) + ", not at " +
                                              std::to_string(request.offset));
    }
}

void UploadSession::throwEarlyAnswer() {
    auto early = answer();
    if (!early.accepted()) throw UploadRefused(std::move(early));
    throw Failure(ExitCode::Protocol, channel_.name() + ": confirms a file it does not have yet");
}

void UploadSession::send(std::string_view bytes) {
    if (reader_.moreThanBlanks(std::chrono::milliseconds(0))) throwEarlyAnswer();
    try {
        channel_.send(bytes);
    } catch (const TransportFailure&) {
        if (reader_.moreThanBlanks(kLastWords)) throwEarlyAnswer();
        throw;
    }
}

UploadAnswer UploadSession::finish() {
    auto last = answer();
    if (!last.accepted()) throw UploadRefused(std::move(last));
    if (last.status != kStored) {
        throw Failure(ExitCode::Protocol, channel_.name() + ": answered status " +
                                              std::to_string(last.status) +
                                              " where 201 was expected");
    }
    return last;
}

}  // namespace berth::cli
