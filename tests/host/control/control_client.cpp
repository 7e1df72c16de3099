// tests/host/control/control_client.cpp
#include "control_client.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include <array>
#include <utility>

namespace berth::test {
namespace {

const Poco::Timespan kLongestAnswer(20, 0);

}  // namespace

ControlClient::ControlClient(std::uint16_t port)
    : ControlClient(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port))) {}

ControlClient::ControlClient(const std::filesystem::path& path)
    : ControlClient(Poco::Net::StreamSocket(
          Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path.string()))) {}

ControlClient::ControlClient(const Poco::Net::StreamSocket& socket) : socket_(socket) {
    socket_.setReceiveTimeout(kLongestAnswer);
    socket_.setSendTimeout(kLongestAnswer);
}

void ControlClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void ControlClient::finishSending() {
    socket_.shutdownSend();
}

bool ControlClient::fill() {
    std::array<char, 4096> chunk{};
    try {
        const auto count = socket_.receiveBytes(chunk.data(), static_cast<int>(chunk.size()));
        pending_.append(chunk.data(), static_cast<std::size_t>(count));
        return count > 0;
    } catch (const Poco::Net::ConnectionResetException&) {
        return false;
    }
}

std::string ControlClient::line() {
    auto end = pending_.find('\n');
    while (end == std::string::npos && fill()) end = pending_.find('\n');
    const auto length = end == std::string::npos ? pending_.size() : end + 1;
    const auto result = pending_.substr(0, length);
    pending_.erase(0, length);
    return result;
}

std::string ControlClient::reply() {
    std::string result;
    for (;;) {
        const auto next = line();
        result += next;
        if (next == ".\n" || !next.ends_with('\n')) return result;
    }
}

std::string ControlClient::ask(std::string_view request) {
    send(std::string(request) + '\n');
    return reply();
}

std::string ControlClient::rest() {
    while (fill()) {
    }
    return std::exchange(pending_, {});
}

bool answersPing(const std::filesystem::path& socket) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        try {
            if (ControlClient(socket).ask("ping") == "OK pong\n.\n") return true;
        } catch (const Poco::Exception&) {
            continue;  // turned away before it could ask
        }
    }
    return false;
}

}  // namespace berth::test
