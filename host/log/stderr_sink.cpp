// host/log/stderr_sink.cpp - one write(2) for a batch.
#include "host/log/stderr_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace berth::host {

void StderrSink::write(const LogBatch& batch) {
    std::string_view bytes = batch.text;
    while (!bytes.empty()) {
        const auto written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {  // whoever shares the terminal made it non-blocking
            pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            throw std::runtime_error("cannot write to standard error: " +
                                     std::generic_category().message(errno));
        }
    }
}

}  // namespace berth::host
