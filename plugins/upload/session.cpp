// plugins/upload/session.cpp
#include "upload/session.h"

#include <string_view>
#include <system_error>

#include <Poco/JSONString.h>

#include "upload/header_scanner.h"
#include "upload/linger.h"
#include "upload/system_call.h"
#include "upload/transfer.h"

namespace berth::upload {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Takes one JSON object off the reader, at whose front it begins.
std::string readHeader(BufferedReader& reader) {
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
        if (reader.fill() == BufferedReader::Fill::End) {
            throw Refusal(RefusalCode::BadJson, "the connection ended inside the header");
        }
    }
}

Refusal refusalFor(const std::system_error& error) {
    const auto& code = error.code();
    if (code == std::errc::file_too_large) {
        return Refusal(RefusalCode::TooLarge, "the file system takes no file of this size");
    }
    if (isOutOfRoom(error)) return Refusal(RefusalCode::NoSpace, "the disk is full", 0);
    return Refusal(RefusalCode::IoError, "the server cannot store the file: " + code.message());
}

}  // namespace

bool skipBlanks(BufferedReader& reader) {
    for (;;) {
        const auto text = reader.pending();
        const auto begin = text.find_first_not_of(kBlanks);
        reader.consume(begin == std::string_view::npos ? text.size() : begin);
        if (!reader.pending().empty()) return true;
        if (reader.fill() == BufferedReader::Fill::End) return false;
    }
}

bool Session::serveNext() {
    std::optional<Request> request;
    try {
        request = readRequest();
    } catch (const Refusal& refusal) {
        return refuseAndEnd(refusal);
    }
    if (!request) return false;
    return request->action == Action::Stat ? stat(*request) : put(*request);
}

std::optional<Request> Session::readRequest() {
    if (!skipBlanks(reader_)) return std::nullopt;
    return parseRequest(readHeader(reader_));
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

void Session::store(const Request& request, bool& inStep) {
    const auto begin = std::chrono::steady_clock::now();
    // Only what came together with the header: more may come while the disk is asked.
    const std::string sameChunk(reader_.pending().substr(0, 3));
    auto file = uploads_.context().blocking([&] { return uploads_.store().begin(request); });
    answer(Reply(200).add("offset", file.received()));

    inStep = false;
    Transfer transfer(uploads_, reader_, file, request.acknowledge);
    transfer.receive(sameChunk);
    // A client that waits for an answer sends nothing before it.
    inStep = request.acknowledge;
    const auto digest = transfer.publish();

    uploads_.countPublished(request.fileSize);
    logPublished(file.name(), request.fileSize, digest, std::chrono::steady_clock::now() - begin);
    if (!request.acknowledge) return;
    answer(Reply(201)
               .add("filename", file.name())
               .add("bytes", request.fileSize)
               .add("sha256", digest));
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
    using std::chrono::milliseconds;
    const auto duration = std::chrono::duration_cast<milliseconds>(time);
    auto line = "published " + Poco::toJSON(name) + " from " +
                std::string(reader_.connection().peer()) + ": " + std::to_string(bytes) +
                " bytes in " + std::to_string(duration.count()) + " ms";
    if (!digest.empty()) line += ", sha256 " + digest;
    uploads_.context().log().information(line);
}

}  // namespace berth::upload
