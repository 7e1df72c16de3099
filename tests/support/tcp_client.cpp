// tests/support/tcp_client.cpp
#include "support/tcp_client.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "berth/detail/unix_name.h"
#include "support/wait_until.h"

namespace berth::test {

namespace {

// Poco's versions differ in the names of Unix sockets that they know.
Poco::Net::StreamSocket connectUnix(const std::string& path) {
    const auto name = detail::parseUnixName(path);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(descriptor));  // counted there
    if (!name || ::connect(descriptor, name->raw(), name->length) != 0) {
        throw Poco::Net::NetException("cannot connect to " + path, errno);
    }
    return socket;
}

}  // namespace

TcpClient::TcpClient(std::uint16_t port, const std::string& host)
    : socket_(Poco::Net::SocketAddress(host, port)) {
    limitWaits();
}

TcpClient::TcpClient(const std::filesystem::path& socket) : socket_(connectUnix(socket)) {
    limitWaits();
}

TcpClient::TcpClient(const Poco::Net::StreamSocket& connected) : socket_(connected) {
    limitWaits();
}

void TcpClient::limitWaits() {
    const Poco::Timespan limit(kPatience.count(), 0);
    socket_.setReceiveTimeout(limit);
    socket_.setSendTimeout(limit);
}

void TcpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string TcpClient::receiveOnce() {
    std::array<char, 1024> buffer{};
    const auto count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    return {buffer.data(), static_cast<std::size_t>(count)};
}

std::string TcpClient::receiveExactly(std::size_t count) {
    std::string text(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
        const auto got =
            socket_.receiveBytes(text.data() + filled, static_cast<int>(count - filled));
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return text;
}

std::string TcpClient::receiveUntil(std::string_view delimiter) {
    std::string text;
    char byte = 0;
    while (!text.ends_with(delimiter) && socket_.receiveBytes(&byte, 1) == 1) text += byte;
    return text;
}

std::string TcpClient::receiveAll() {
    std::string text;
    for (auto part = receiveOnce(); !part.empty(); part = receiveOnce()) text += part;
    return text;
}

void TcpClient::reset() {
    socket_.setLinger(true, 0);
    socket_.close();
}

}  // namespace berth::test
