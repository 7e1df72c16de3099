// plugins/exec/reply.h - writes the answer to one request in the framing of the connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "berth/connection.h"
#include "exec/child_process.h"
#include "exec/request_error.h"
#include "exec/settings.h"

namespace berth::exec {

enum class Stream { Out, Err };

// Any number of output() calls, then one of finish(), fail(). The frames are described in
// docs/protocols/exec.md.
//
// Lifetime: borrows the Connection. Its buffer is allocated when first asked for.
// Throws:   as Connection::write.
class Reply {
public:
    Reply(Connection& client, Framing framing) noexcept : client_(client), framing_(framing) {}

    // Where to put the next piece of output; write() sends the front of it.
    [[nodiscard]] std::span<std::byte> buffer();
    void write(Stream stream, std::size_t count);
    // Sends a whole text as output; for commands that are built in.
    void write(std::string_view text);

    // Asks the network whether the client is still there, by an empty frame that clients ignore.
    // Does nothing with raw framing, which has no bytes to spare.
    void probe();

    void finish(ExitStatus status, std::chrono::milliseconds took);
    void fail(const RequestError& error);

    // Bytes of output so far.
    [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

private:
    Connection& client_;
    Framing framing_;
    std::uint64_t written_ = 0;
    std::unique_ptr<std::byte[]> buffer_;
};

}  // namespace berth::exec
