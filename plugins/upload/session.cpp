// plugins/upload/session.cpp
#include "upload/session.h"

#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include <Poco/JSONString.h>

#include "berth/errors.h"
#include "upload/header_reader.h"
#include "upload/linger.h"
#include "upload/storage_refusal.h"
#include "upload/transfer.h"

namespace berth::upload {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// How long a name that somebody else has is waited for: for one who is about to end, and longer for
// one whose file it is, who yields when silent.
constexpr milliseconds kBusyTime{1'000};
constexpr milliseconds kClaimTime{5'000};
constexpr milliseconds kBusyTurn{20};

}  // namespace

bool Session::serveNext() {
    std::optional<Request> request;
    try {
        request = readRequest(reader_);
    } catch (const Refusal& refusal) {
        return refuseAndEnd(refusal);
    }
    if (!request) return false;
    return request->action == Action::Stat ? stat(*request) : put(*request);
}

bool Session::stat(const Request& request) {
    try {
        const auto status =
            uploads_.context().blocking([&] { return uploads_.store().status(request.filename); });
        Reply reply(200);
        reply.add("filename", status.name).add("complete", status.complete);
        reply.add("offset", status.offset);
        if (status.fileSize) reply.add("file_size", *status.fileSize);
        if (status.busy) reply.add("busy", true);
        answer(reply);
    } catch (const Refusal& refusal) {
        refuse(refusal);
    } catch (const std::system_error& error) {
        uploads_.context().log().error(error.what());
        refuse(refusalFor(error));
    }
    return true;
}

bool Session::put(const Request& request) {
    // Whether the client's next bytes are a header even if this request is refused.
    bool inStep = request.fileSize == request.offset.value_or(0);
    try {
        store(request, inStep);
        return true;
    } catch (const Refusal& refusal) {
        if (!inStep) return refuseAndEnd(refusal);
        refuse(refusal);
    } catch (const std::system_error& error) {
        uploads_.context().log().error(error.what());
        if (!inStep) return refuseAndEnd(refusalFor(error));
        refuse(refusalFor(error));
    }
    return true;
}

IncomingFile Session::begin(const Request& request) {
    auto& store = uploads_.store();
    std::optional<Claim> claim;
    // However long the disk takes, a claim is tried, and its holder has all the time for it.
    std::optional<Clock::time_point> refusedSince;
    for (;;) {
        try {
            return uploads_.context().blocking([&] { return store.begin(request); });
        } catch (const Refusal& refusal) {
            if (refusal.code() != RefusalCode::Busy) throw;
            const auto now = Clock::now();
            if (!refusedSince) refusedSince = now;
            if (now - *refusedSince >= (claim ? kClaimTime : kBusyTime)) throw;
        }
        if (!claim) {
            uploads_.context().blocking([&] {
                if (auto made = store.claim(request)) claim.emplace(*std::move(made));
            });
            if (claim) refusedSince = Clock::now();
        }
        const auto waited = reader_.connection().wait({}, kBusyTurn);
        if (has(waited.client, ClientEvent::Lost)) throw ConnectionLost("the client is gone");
    }
}

void Session::store(const Request& request, bool& inStep) {
    const auto begun = Clock::now();
    std::optional<IncomingFile> file(begin(request));
    answer(Reply(200).add("offset", file->received()));

    inStep = false;
    Transfer transfer(uploads_, reader_, *file, request.acknowledge);
    transfer.receive();
    // A client that waits for an answer sends nothing before it.
    inStep = request.acknowledge || request.fileSize == request.offset.value_or(0);
    const auto digest = transfer.publish();
    const auto name = file->name();
    // The name is free before the client knows.
    uploads_.context().blocking([&file] { file.reset(); });

    uploads_.countPublished(request.fileSize);
    logPublished(name, request.fileSize, digest, Clock::now() - begun);
    if (!request.acknowledge) return;
    answer(Reply(201).add("filename", name).add("bytes", request.fileSize).add("sha256", digest));
}

void Session::answer(const Reply& reply) {
    reader_.connection().writeText(reply.line());
}

void Session::refuse(const Refusal& refusal) {
    uploads_.countRefused();
    const auto& text = textOf(refusal.code());
    Reply reply(text.status);
    reply.add("error", std::string(text.name)).add("message", std::string(refusal.what()));
    if (refusal.offset()) reply.add("offset", *refusal.offset());
    answer(reply);
}

bool Session::refuseAndEnd(const Refusal& refusal) {
    refuse(refusal);
    linger(reader_.connection());
    return false;
}

void Session::logPublished(const std::string& name, std::uint64_t bytes, const std::string& digest,
                           std::chrono::steady_clock::duration time) {
    const auto duration = std::chrono::duration_cast<milliseconds>(time);
    auto line = "published " + Poco::toJSON(name) + " from " +
                std::string(reader_.connection().peer()) + ": " + std::to_string(bytes) +
                " bytes in " + std::to_string(duration.count()) + " ms";
    if (!digest.empty()) line += ", sha256 " + digest;
    uploads_.context().log().information(line);
}

}  // namespace berth::upload
