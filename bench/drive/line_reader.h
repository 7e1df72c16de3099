// bench/drive/line_reader.h - reads lines, and counted bytes between them, from a socket.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <cstddef>
#include <optional>
#include <string>

namespace berth::bench {

// Lifetime: the socket is borrowed and must outlive the reader.
class LineReader {
public:
    explicit LineReader(Poco::Net::StreamSocket& socket) : socket_(socket) {}

    // The next line, without its end; what came without a line end before the server closed is
    // one too. Nothing when the server closed.
    // Throws: std::runtime_error for a line of more than 64 KiB; Poco::Exception.
    [[nodiscard]] std::optional<std::string> line();

    // Drops the next `count` bytes. Throws: std::runtime_error when the server closes before.
    void skip(std::size_t count);

private:
    // False when the server closed.
    bool receive();

    Poco::Net::StreamSocket& socket_;
    std::string held_;  // received and not taken yet
};

}  // namespace berth::bench
