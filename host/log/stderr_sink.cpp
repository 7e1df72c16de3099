// host/log/stderr_sink.cpp
#include "host/log/stderr_sink.h"

#include <unistd.h>

#include <stdexcept>
#include <system_error>

namespace berth::host {

std::size_t StderrSink::write(const LogBatch& batch, std::size_t first) {
    try {
        return lines_.write(STDERR_FILENO, batch, first, batch.lines.size());
    } catch (const std::system_error& error) {
        throw std::runtime_error("cannot write to standard error: " + error.code().message());
    }
}

}  // namespace berth::host
