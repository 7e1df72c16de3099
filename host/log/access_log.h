// host/log/access_log.h - one line at the end of each connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace berth::host {

class LogSystem;

enum class ConnectionEnd {
    Finished,        // the handler returned
    ClosedByClient,  // the client closed first, and the handler returned
    Reset,           // the client vanished or broke the connection
    IdleTimeout,
    WriteTimeout,
    Lifetime,       // max_lifetime
    Drained,        // cut at the end of drain_timeout
    Killed,         // by an operator
    ProtocolError,  // the client broke the service's protocol
    Failed          // the handler threw
};

// Such as "closed by client".
[[nodiscard]] std::string_view toString(ConnectionEnd end) noexcept;

struct AccessRecord {
    std::string_view service;
    std::uint64_t id = 0;
    std::string_view peer;
    std::string_view local;
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::chrono::milliseconds duration{0};
    ConnectionEnd ended = ConnectionEnd::Finished;
    std::uint64_t generation = 0;
    std::string_view detail{};  // why; may be empty
};

// Threads: any. Costs the caller about a microsecond, and never waits for a disk.
class AccessLog {
public:
    explicit AccessLog(LogSystem& system) : system_(system) {}

    // Failures are logged at level warning, others at information.
    void record(const AccessRecord& record);

private:
    LogSystem& system_;
};

}  // namespace berth::host
