// host/log/log_setup.h - from the keys of [host] to sinks and styles.
#pragma once

#include <memory>

#include "host/log/log_event.h"
#include "host/log/log_options.h"
#include "host/log/log_sink.h"

namespace berth::host {

// Throws: std::runtime_error when the log file cannot be opened.
[[nodiscard]] std::unique_ptr<LogSink> makeSink(const LogOptions& options);

[[nodiscard]] LineStyle lineStyle(const LogOptions& options) noexcept;

}  // namespace berth::host
