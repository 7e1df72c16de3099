// tests/bench/scripted_server.h - a server that a test writes: right, slow or wrong.
#pragma once

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace berth::test {

// A service on a free loopback port whose every client is served by one function.
class ScriptedServer {
public:
    using Serve = std::function<void(Poco::Net::StreamSocket& client)>;

    explicit ScriptedServer(Serve serve)
        : pool_(2, 200),
          server_(new Factory(std::move(serve)), pool_,
                  Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), 128),
                  impatientParams()) {
        server_.start();
    }
    ~ScriptedServer() {
        server_.stop();
        pool_.joinAll();
    }

    [[nodiscard]] std::string target() const {
        return "127.0.0.1:" + std::to_string(server_.port());
    }

private:
    class ServedConnection final : public Poco::Net::TCPServerConnection {
    public:
        ServedConnection(const Poco::Net::StreamSocket& client, const Serve& serve)
            : TCPServerConnection(client), serve_(serve) {}
        void run() override {
            try {
                serve_(socket());
            } catch (const Poco::Exception&) {
                // The load generator closes when it is done, or when it found what it looks for.
            }
        }

    private:
        const Serve& serve_;
    };

    class Factory final : public Poco::Net::TCPServerConnectionFactory {
    public:
        explicit Factory(Serve serve) : serve_(std::move(serve)) {}
        Poco::Net::TCPServerConnection* createConnection(
            const Poco::Net::StreamSocket& client) override {
            return std::make_unique<ServedConnection>(client, serve_).release();
        }

    private:
        Serve serve_;
    };

    // A pool thread that goes idle while the server stops misses the wake-up and sits out its
    // idle time, which is ten seconds unless told.
    static Poco::Net::TCPServerParams::Ptr impatientParams() {
        Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
        params->setThreadIdleTime(Poco::Timespan(0, 100'000));
        return params;
    }

    Poco::ThreadPool pool_;
    Poco::Net::TCPServer server_;
};

// Calls `answer(bytes)` for what arrives, until the client has gone.
template <class Answer>
void forEachChunk(Poco::Net::StreamSocket& client, Answer answer) {
    std::array<char, 4096> buffer{};
    while (const int count = client.receiveBytes(buffer.data(), static_cast<int>(buffer.size()))) {
        answer(std::span(buffer).first(static_cast<std::size_t>(count)));
    }
}

inline void sendAll(Poco::Net::StreamSocket& client, std::span<const char> bytes) {
    while (!bytes.empty()) {
        const int sent = client.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

inline void echo(Poco::Net::StreamSocket& client) {
    forEachChunk(client, [&](std::span<char> bytes) { sendAll(client, bytes); });
}

}  // namespace berth::test
