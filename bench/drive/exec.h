// bench/drive/exec.h - lets an exec service run one command again and again.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace berth::bench {

struct ExecOptions {
    std::string target;            // HOST:PORT of a service with `framing = frames`
    std::string request = "true";  // one line, without its end
    std::chrono::milliseconds duration{3000};
    std::chrono::seconds patience{30};  // how long the service may be silent
};

struct ExecResult {
    std::uint64_t requests = 0;
    std::chrono::duration<double> elapsed{};
};

// One connection; each request is sent when the last one's closing frame came.
// Throws: std::runtime_error when a command does not end with exit 0, Poco::Exception when the
// connection fails.
[[nodiscard]] ExecResult execute(const ExecOptions& options);

}  // namespace berth::bench
