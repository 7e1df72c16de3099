// host/log/log_setup.h - from the keys of [host] to sinks and styles.
#pragma once

#include <memory>

#include "host/config/host_options.h"
#include "host/log/log_event.h"
#include "host/log/log_sink.h"

namespace berth::host {

// Throws: std::runtime_error when the log file cannot be opened.
[[nodiscard]] std::unique_ptr<LogSink> makeSink(const HostOptions& options);

[[nodiscard]] LineStyle lineStyle(const HostOptions& options) noexcept;

}  // namespace berth::host
