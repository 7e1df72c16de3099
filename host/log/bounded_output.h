// host/log/bounded_output.h - writes that wait no longer than a time, whatever is at the other end.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "host/base/unique_fd.h"

namespace berth::host {

// A descriptor whose writes do not block: a pipe that nobody reads and a terminal that was stopped
// take nothing for a while. O_NONBLOCK would hold for everybody who shares the descriptor, so pipes
// and terminals are opened anew; where that cannot be, small pieces follow a poll(2). A write to a
// disk or to a network file system that hangs has no bound.
//
// Threads: one. Lifetime: borrows the descriptor.
class BoundedOutput {
public:
    explicit BoundedOutput(int descriptor) noexcept;

    // How many of the bytes were taken within `limit`; fewer than all: it took no more.
    // Throws: std::system_error when it failed before it took the first.
    [[nodiscard]] std::size_t write(std::string_view bytes, std::chrono::milliseconds limit) const;

private:
    // As write(2), with EAGAIN where it would wait.
    [[nodiscard]] ssize_t writeNow(std::string_view bytes) const noexcept;

    int descriptor_;
    UniqueFd ownOpening_;
    bool socket_ = false;
    bool mayBlock_ = false;
};

// What the process has to say before there is a log, or about it. Waits a second at most; what is
// not taken by then is lost.
void tellStandardError(std::string_view text) noexcept;

}  // namespace berth::host
