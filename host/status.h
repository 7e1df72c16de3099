// host/status.h - what the host tells of itself: plain values, copied out under no lock of the
// caller's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::host {

enum class ServiceState { Serving, Draining, Stopped, Disabled, Failed };
[[nodiscard]] std::string_view toString(ServiceState state) noexcept;

// Every accepted connection is counted once as refused or served; every served one is open or
// ended: accepted == refused + served, served == open + ended.
struct ConnectionCounts {
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;  // by admission: sum of the four below
    std::uint64_t refusedAccess = 0;
    std::uint64_t refusedLimit = 0;
    std::uint64_t refusedRate = 0;
    std::uint64_t refusedDrain = 0;
    std::uint64_t served = 0;
    std::uint64_t open = 0;
    std::uint64_t ended = 0;
    std::uint64_t failed = 0;   // of the ended: the handler threw
    std::uint64_t held = 0;     // times a new connection had to wait for a place
    std::uint64_t holding = 0;  // waiting right now
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
    std::string reason;  // why it failed or is stopped; may be empty
    ConnectionCounts connections;
    std::vector<MetricStatus> metrics;  // the plugin's own
};

struct PluginStatus {
    std::string name;
    std::string version;
    std::uint64_t generation = 0;
    std::vector<std::string> kinds;
    std::string path;
    std::string buildId;
    std::vector<std::string> services;  // that use it
};

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

struct HostStatus {
    std::string version;
    std::size_t services = 0;  // serving or draining
    std::uint64_t connections = 0;
    std::chrono::milliseconds uptime{0};
    std::uint64_t generation = 0;  // grows with each applied configuration
    bool draining = false;
    std::string configFile;
    long pid = 0;
};

}  // namespace berth::host
