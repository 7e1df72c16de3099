// tests/host/control/control_client.h - a client of the control port with deadlines.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth::test {

class ControlClient {
public:
    explicit ControlClient(std::uint16_t port);
    explicit ControlClient(const std::filesystem::path& socket);
    // Talks through a socket that is connected, such as one with TLS.
    explicit ControlClient(const Poco::Net::StreamSocket& socket);

    void send(std::string_view bytes);
    void finishSending();
    // One reply with its line of a dot. Less than that when the server closed.
    [[nodiscard]] std::string reply();
    [[nodiscard]] std::string line();
    // Sends the line and reads the reply.
    [[nodiscard]] std::string ask(std::string_view request);
    // Everything until the server closes; the test fails when it does not.
    [[nodiscard]] std::string rest();
    [[nodiscard]] Poco::Net::StreamSocket& socket() noexcept { return socket_; }

private:
    bool fill();

    Poco::Net::StreamSocket socket_;
    std::string pending_;
};

// Whether a ping over the Unix socket is answered, as soon as a place is free.
[[nodiscard]] bool answersPing(const std::filesystem::path& socket);

}  // namespace berth::test
