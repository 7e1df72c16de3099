// host/log/stderr_sink.h - lines on standard error, where systemd and containers pick them up.
#pragma once

#include "host/log/log_sink.h"

namespace berth::host {

class StderrSink final : public LogSink {
public:
    void write(const LogBatch& batch) override;
};

}  // namespace berth::host
