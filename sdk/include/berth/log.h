// berth/log.h - the log handle that a Service is given through its Context.
#pragma once

#include <string_view>

#include "berth/api.h"

namespace berth {

enum class LogLevel { Debug, Information, Warning, Error };

// Writes lines that carry the service's name. One event is one line: line breaks and control
// characters in the text are escaped.
//
// Threads:  every function may be called from any thread.
// Lifetime: owned by the host, valid until after Service's destructor returned.
class BERTH_API Log {
public:
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    virtual ~Log();

    // True when lines of this level are kept: asks before an expensive text is made.
    [[nodiscard]] virtual bool enabled(LogLevel level) const noexcept = 0;
    virtual void write(LogLevel level, std::string_view text) = 0;

    void debug(std::string_view text) { write(LogLevel::Debug, text); }
    void information(std::string_view text) { write(LogLevel::Information, text); }
    void warning(std::string_view text) { write(LogLevel::Warning, text); }
    void error(std::string_view text) { write(LogLevel::Error, text); }

protected:
    Log() = default;
};

}  // namespace berth
