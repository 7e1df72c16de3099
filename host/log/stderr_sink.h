// host/log/stderr_sink.h - lines on standard error, where systemd and containers pick them up.
#pragma once

#include "host/log/line_writer.h"
#include "host/log/log_sink.h"

namespace berth::host {

class StderrSink final : public LogSink {
public:
    std::size_t write(const LogBatch& batch, std::size_t first) override;

private:
    LineWriter lines_;
};

}  // namespace berth::host
