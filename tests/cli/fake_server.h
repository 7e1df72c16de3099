// tests/cli/fake_server.h - a server on a free port whose conversation the test writes.
#pragma once

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace berth::test {

class OpenSockets;

// One client of the fake server, with deadlines on everything.
class FakeClient {
public:
    FakeClient(Poco::Net::StreamSocket socket, OpenSockets& open);
    FakeClient(const FakeClient&) = delete;
    FakeClient& operator=(const FakeClient&) = delete;
    ~FakeClient();

    // The next line without its newline; empty at the end of input.
    std::string readLine();
    // As many bytes as asked for, fewer at the end of input.
    std::string read(std::size_t count);
    std::string readToEnd();
    void write(std::string_view bytes);
    // Each byte on its own.
    void dribble(std::string_view bytes);
    void finish() { socket_.shutdownSend(); }
    // Closes so that the client sees a reset.
    void reset();

private:
    bool fill();

    Poco::Net::StreamSocket socket_;
    OpenSockets& open_;
    std::string pending_;
};

// Threads: the conversation runs on threads of the server, one for each client. What it throws
// ends that client's connection. Asserts belong into the test's own thread.
// Lifetime: the destructor cuts the clients that are left, and waits for their conversations.
class FakeServer {
public:
    using Conversation = std::function<void(FakeClient& client)>;

    explicit FakeServer(Conversation conversation);
    FakeServer(Conversation conversation, const std::filesystem::path& unixPath);
    FakeServer(Conversation conversation, const Poco::Net::ServerSocket& socket);
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;
    ~FakeServer();

    // "127.0.0.1:PORT"
    [[nodiscard]] std::string address() const;

private:
    std::shared_ptr<OpenSockets> open_;
    Poco::ThreadPool pool_;
    Poco::Net::TCPServer server_;
};

}  // namespace berth::test
