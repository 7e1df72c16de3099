// bench/drive/upload.cpp
#include "bench/drive/upload.h"

#include <Poco/Crypto/DigestEngine.h>
#include <Poco/JSON/Object.h>
#include <Poco/Net/StreamSocket.h>

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "bench/drive/line_reader.h"
#include "bench/load/descriptor.h"
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
    if (!digest.empty()) text << '\n';
    return text.str();
}

// The content in memory, so that sendfile(2) sends it without a copy: a client on a machine of its
// own would take no time from the server either.
class Content {
public:
    explicit Content(std::span<const std::byte> piece)
        : file_(::memfd_create("content", MFD_CLOEXEC)) {
        if (file_.number() < 0) throw std::system_error(errno, std::generic_category(), "memfd");
        for (; size_ < kLeast; size_ += piece.size()) {
            if (::write(file_.number(), piece.data(), piece.size()) !=
                static_cast<ssize_t>(piece.size())) {
                throw std::system_error(errno, std::generic_category(), "memfd");
            }
        }
    }

    void sendTo(StreamSocket& socket, std::uint64_t count) const {
        while (count != 0) {
            off_t offset = 0;
            const auto part = std::min<std::uint64_t>(count, size_);
            while (static_cast<std::uint64_t>(offset) < part) {
                const auto left = static_cast<std::size_t>(part) - static_cast<std::size_t>(offset);
                if (::sendfile(socket.impl()->sockfd(), file_.number(), &offset, left) < 0) {
                    throw std::system_error(errno, std::generic_category(), "sendfile");
                }
            }
            count -= part;
        }
    }

private:
    static constexpr std::uint64_t kLeast = std::uint64_t{4} << 20;

    Descriptor file_;
    std::uint64_t size_ = 0;
};

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

    const Content content(bytes);

    const auto start = Clock::now();
    StreamSocket socket{Poco::Net::SocketAddress(options.target)};
    const Poco::Timespan patience(options.patience.count(), 0);
    socket.setReceiveTimeout(patience);
    socket.setSendTimeout(patience);
    LineReader replies(socket);
    sendAll(socket, std::as_bytes(std::span(header)));
    expectReady(replies);
    content.sendTo(socket, options.size);
    socket.shutdownSend();
    expectEnd(replies);
    return {options.size, Clock::now() - start};
}

}  // namespace berth::bench
