// tests/host/engine/contract/pipe.h - a pipe for handlers to wait for.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "host/base/unique_fd.h"

namespace berth::test {

class Pipe {
public:
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "pipe2");
        }
        read_ = host::UniqueFd(ends[0]);
        write_ = host::UniqueFd(ends[1]);
    }
    [[nodiscard]] pollfd readable() const { return {read_.value(), POLLIN, 0}; }
    [[nodiscard]] int writeEnd() const { return write_.value(); }
    void fill() const {
        if (::write(write_.value(), "x", 1) != 1) throw std::runtime_error("the pipe is full");
    }
    // One read(2), which waits when there is nothing.
    [[nodiscard]] std::string drain() const {
        std::array<char, 4096> buffer{};
        const auto count = ::read(read_.value(), buffer.data(), buffer.size());
        if (count < 0) throw std::system_error(errno, std::generic_category(), "read");
        return {buffer.data(), static_cast<std::size_t>(count)};
    }
    void closeWriteEnd() { write_.reset(); }

private:
    host::UniqueFd read_;
    host::UniqueFd write_;
};

}  // namespace berth::test
