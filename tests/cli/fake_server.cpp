// tests/cli/fake_server.cpp
#include "cli/fake_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace berth::test {
namespace {

const Poco::Timespan kPatience(20, 0);

class Connection final : public Poco::Net::TCPServerConnection {
public:
    Connection(const Poco::Net::StreamSocket& socket, FakeServer::Conversation conversation)
        : TCPServerConnection(socket), conversation_(std::move(conversation)) {}

    void run() override {
        try {
            FakeClient client(socket());
            conversation_(client);
        } catch (const Poco::Exception&) {
            return;  // the tool went away, which the test sees on its own side
        }
    }

private:
    FakeServer::Conversation conversation_;
};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
public:
    explicit Factory(FakeServer::Conversation conversation)
        : conversation_(std::move(conversation)) {}

    Poco::Net::TCPServerConnection* createConnection(
        const Poco::Net::StreamSocket& socket) override {
        return new Connection(socket, conversation_);
    }

private:
    FakeServer::Conversation conversation_;
};

Poco::Net::ServerSocket unixSocket(const std::filesystem::path& path) {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path.string()));
    socket.listen();
    return socket;
}

}  // namespace

FakeClient::FakeClient(Poco::Net::StreamSocket socket) : socket_(std::move(socket)) {
    socket_.setReceiveTimeout(kPatience);
    socket_.setSendTimeout(kPatience);
}

bool FakeClient::fill() {
    std::array<char, 65536> buffer{};
    const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return false;
    pending_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

std::string FakeClient::readLine() {
    while (pending_.find('\n') == std::string::npos) {
        if (!fill()) return std::exchange(pending_, {});
    }
    auto line = pending_.substr(0, pending_.find('\n'));
    pending_.erase(0, line.size() + 1);
    return line;
}

std::string FakeClient::read(std::size_t count) {
    while (pending_.size() < count && fill()) continue;
    auto bytes = pending_.substr(0, count);
    pending_.erase(0, bytes.size());
    return bytes;
}

std::string FakeClient::readToEnd() {
    while (fill()) continue;
    return std::exchange(pending_, {});
}

void FakeClient::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const int count = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void FakeClient::dribble(std::string_view bytes) {
    if (socket_.address().family() != Poco::Net::SocketAddress::UNIX_LOCAL) {
        socket_.setNoDelay(true);
    }
    for (const char byte : bytes) {
        write({&byte, 1});
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // or they come together
    }
}

void FakeClient::reset() {
    socket_.setLinger(true, 0);
    socket_.close();
}

FakeServer::FakeServer(Conversation conversation)
    : FakeServer(std::move(conversation),
                 Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0))) {}

FakeServer::FakeServer(Conversation conversation, const std::filesystem::path& unixPath)
    : FakeServer(std::move(conversation), unixSocket(unixPath)) {}

FakeServer::FakeServer(Conversation conversation, const Poco::Net::ServerSocket& socket)
    : server_(new Factory(std::move(conversation)), socket) {
    server_.start();
}

FakeServer::~FakeServer() {
    server_.stop();
}

std::string FakeServer::address() const {
    return "127.0.0.1:" + std::to_string(server_.port());
}

}  // namespace berth::test
