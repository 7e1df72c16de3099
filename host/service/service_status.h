// host/service/service_status.h - what a service tells of itself: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/admission/admission_counts.h"

namespace berth::host {

enum class ServiceState { Serving, Draining, Stopped, Disabled };
[[nodiscard]] std::string_view toString(ServiceState state) noexcept;
// Reasons for a state. The second is so short that a string of it takes no memory, which a commit
// relies on.
inline constexpr const char* kStoppedByOperator = "stopped by an operator";
inline constexpr const char* kDisabled = "enabled = off";

struct ConnectionCounts : AdmissionCounts {
    std::uint64_t bytesIn = 0;  // of ended and open connections
    std::uint64_t bytesOut = 0;
};

struct MetricStatus {
    std::string name;
    std::string help;
    std::int64_t value = 0;
    bool counter = true;  // else a gauge
};

struct ServiceStatus {
    std::string name;
    std::string kind;
    std::string plugin;  // name of the plugin file that offers the kind
    std::string pluginVersion;
    std::uint64_t generation = 0;        // of the plugin
    std::vector<std::string> addresses;  // as bound: port 0 is resolved
    std::string engine;
    ServiceState state = ServiceState::Stopped;
    std::string reason;    // why it failed or is stopped; may be empty
    bool hanging = false;  // one of its handlers keeps a loop from turning
    ConnectionCounts connections;
    std::vector<MetricStatus> metrics;  // the plugin's own
};

// "hanging" when the service serves, yet holds up a loop; else its state.
[[nodiscard]] std::string_view stateWord(const ServiceStatus& service) noexcept;

struct ConnectionStatus {
    std::uint64_t id = 0;
    std::string service;
    std::string peer;
    std::string local;
    std::chrono::milliseconds age{0};
    std::chrono::milliseconds idle{0};
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::uint64_t generation = 0;
    long process = 0;        // which has it: this one, or one that drains behind an upgrade
    std::uint32_t loop = 0;  // runs its handler; 0: a thread of its own does, or none so far
};

// A connection that keeps an old generation of a plugin loaded.
struct PinStatus {
    std::string plugin;
    std::string version;
    std::uint64_t generation = 0;
    std::uint64_t connection = 0;  // id
    std::string service;
    std::string peer;
    std::chrono::milliseconds age{0};
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
};

}  // namespace berth::host
