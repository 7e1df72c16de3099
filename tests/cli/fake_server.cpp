// tests/cli/fake_server.cpp
#include "cli/fake_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace berth::test {

// Those that conversations are held on. Threads: any.
class OpenSockets {
public:
    void add(const Poco::Net::StreamSocket& socket) {
        const std::lock_guard lock(mutex_);
        descriptors_.insert(descriptorOf(socket));
        if (cut_) cut(descriptorOf(socket));
    }
    // Before it is closed: its number may be another's then.
    void remove(const Poco::Net::StreamSocket& socket) {
        const std::lock_guard lock(mutex_);
        descriptors_.erase(descriptorOf(socket));
    }
    // Wakes whoever waits for such a client, and whoever will.
    void cutAll() {
        const std::lock_guard lock(mutex_);
        cut_ = true;
        for (const int descriptor : descriptors_) cut(descriptor);
    }

private:
    static int descriptorOf(const Poco::Net::StreamSocket& socket) {
        return socket.impl()->sockfd();
    }
    // Below TLS, whose state is the conversation's own.
    static void cut(int descriptor) { ::shutdown(descriptor, SHUT_RDWR); }

    std::mutex mutex_;
    std::set<int> descriptors_;
    bool cut_ = false;
};

namespace {

const Poco::Timespan kPatience(20, 0);

class Connection final : public Poco::Net::TCPServerConnection {
public:
    Connection(const Poco::Net::StreamSocket& socket, FakeServer::Conversation conversation,
               OpenSockets& open)
        : TCPServerConnection(socket), conversation_(std::move(conversation)), open_(open) {}

    void run() override {
        try {
            FakeClient client(socket(), open_);
            conversation_(client);
        } catch (const Poco::Exception&) {
            return;  // the tool went away, which the test sees on its own side
        }
    }

private:
    FakeServer::Conversation conversation_;
    OpenSockets& open_;
};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
public:
    Factory(FakeServer::Conversation conversation, OpenSockets& open)
        : conversation_(std::move(conversation)), open_(open) {}

    Poco::Net::TCPServerConnection* createConnection(
        const Poco::Net::StreamSocket& socket) override {
        return new Connection(socket, conversation_, open_);
    }

private:
    FakeServer::Conversation conversation_;
    OpenSockets& open_;
};

// A pool thread that goes idle while the server stops misses the wake-up and sits out its idle
// time.
Poco::Net::TCPServerParams::Ptr impatientParams() {
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setThreadIdleTime(Poco::Timespan(0, 100'000));
    return params;
}

Poco::Net::ServerSocket unixSocket(const std::filesystem::path& path) {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path.string()));
    socket.listen();
    return socket;
}

}  // namespace

FakeClient::FakeClient(Poco::Net::StreamSocket socket, OpenSockets& open)
    : socket_(std::move(socket)), open_(open) {
    socket_.setReceiveTimeout(kPatience);
    socket_.setSendTimeout(kPatience);
    open_.add(socket_);
}

FakeClient::~FakeClient() {
    open_.remove(socket_);
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
    open_.remove(socket_);
    socket_.close();
}

FakeServer::FakeServer(Conversation conversation)
    : FakeServer(std::move(conversation),
                 Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0))) {}

FakeServer::FakeServer(Conversation conversation, const std::filesystem::path& unixPath)
    : FakeServer(std::move(conversation), unixSocket(unixPath)) {}

FakeServer::FakeServer(Conversation conversation, const Poco::Net::ServerSocket& socket)
    : open_(std::make_shared<OpenSockets>()),
      server_(new Factory(std::move(conversation), *open_), pool_, socket, impatientParams()) {
    server_.start();
}

FakeServer::~FakeServer() {
    server_.stop();
    open_->cutAll();
    pool_.joinAll();
}

std::string FakeServer::address() const {
    return "127.0.0.1:" + std::to_string(server_.port());
}

}  // namespace berth::test
