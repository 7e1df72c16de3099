// host/operate/host_status.h - what the host tells of itself as a whole: plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace berth::host {

struct HostStatus {
    std::string version;
    std::size_t services = 0;  // serving or draining
    std::uint64_t connections = 0;
    std::chrono::milliseconds uptime{0};
    std::uint64_t generation = 0;  // grows with each applied configuration
    bool draining = false;
    std::string configFile;
    long pid = 0;
    std::vector<long> oldProcesses;  // that drain behind this one
};

}  // namespace berth::host
