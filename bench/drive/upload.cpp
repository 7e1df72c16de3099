// bench/drive/upload.cpp
#include "bench/drive/upload.h"

#include <Poco/Crypto/DigestEngine.h>
#include <Poco/JSON/Object.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <span>
#include <sstream>
#include <stdexcept>

#include "bench/drive/line_reader.h"
#include "bench/load/pattern.h"

namespace berth::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Poco::Net::StreamSocket;

constexpr std::size_t kPiece = std::size_t{256} * 1024;
constexpr auto kReady = "\"status\":200";

// Calls `take(piece)` until the pieces have `size` bytes together. All are the same bytes again.
template <class Take>
void forEachPiece(std::span<const std::byte> bytes, std::uint64_t size, Take take) {
    while (size != 0) {
        const auto piece = bytes.first(std::min<std::uint64_t>(size, bytes.size()));
        take(piece);
        size -= piece.size();
    }
}

std::string digestOf(std::span<const std::byte> bytes, std::uint64_t size) {
    Poco::Crypto::DigestEngine engine("SHA256");
    forEachPiece(bytes, size, [&](auto piece) { engine.update(piece.data(), piece.size()); });
    return Poco::Crypto::DigestEngine::digestToHex(engine.digest());
}

std::string headerOf(const UploadOptions& options, const std::string& digest) {
    Poco::JSON::Object header;
    header.set("action", "put");
    header.set("filename", options.fileName);
    header.set("file_size", options.size);
    if (!digest.empty()) header.set("sha256", digest);
    std::ostringstream text;
    header.stringify(text);
    return text.str();
}

void sendAll(StreamSocket& socket, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const int sent = socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

void expectReady(LineReader& replies) {
    const auto reply = replies.line();
    if (!reply) throw std::runtime_error("the server closed in place of an answer to the header");
    if (reply->find(kReady) == std::string::npos) {
        throw std::runtime_error("the server refused the file: " + *reply);
    }
}

// A published file without `ack` is answered by nothing but the end.
void expectEnd(LineReader& replies) {
    if (const auto reply = replies.line()) {
        throw std::runtime_error("the server did not store the file: " + *reply);
    }
}

}  // namespace

UploadResult upload(const UploadOptions& options) {
    const Pattern pattern;
    const auto bytes = pattern.at(0, kPiece);
    const auto header = headerOf(options, options.sha256 ? digestOf(bytes, options.size) : "");

    const auto start = Clock::now();
    StreamSocket socket{Poco::Net::SocketAddress(options.target)};
    const Poco::Timespan patience(options.patience.count(), 0);
    socket.setReceiveTimeout(patience);
    socket.setSendTimeout(patience);
    LineReader replies(socket);
    if (!options.raw) {
        sendAll(socket, std::as_bytes(std::span(header)));
        expectReady(replies);
    }
    forEachPiece(bytes, options.size, [&](auto piece) { sendAll(socket, piece); });
    socket.shutdownSend();
    expectEnd(replies);
    return {options.size, Clock::now() - start};
}

}  // namespace berth::bench
