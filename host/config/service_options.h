// host/config/service_options.h - the ini keys that every service has.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/settings.h"
#include "host/config/listen_address.h"
#include "host/config/network.h"
#include "host/config/rate.h"
#include "host/config/trial_length.h"

namespace berth::host {

enum class EngineKind { Threads, Fibers };
enum class Overflow { Wait, Refuse };

struct ServiceOptions {
    std::string plugin;                 // kind or file; empty: the section's name
    std::vector<ListenAddress> listen;  // at least one
    bool enabled = true;
    EngineKind engine = EngineKind::Threads;
    std::size_t threads = 0;  // most handlers at once; 0: max_connections
    int backlog = 511;
    std::size_t maxConnections = 1000;
    std::size_t maxPerClient = 0;  // 0: no limit
    Rate rate;                     // new connections; zero: no limit
    Overflow overflow = Overflow::Wait;
    std::chrono::milliseconds idleTimeout{std::chrono::minutes(5)};
    std::chrono::milliseconds writeTimeout{std::chrono::seconds(30)};
    std::chrono::milliseconds maxLifetime{0};
    std::chrono::milliseconds drainTimeout{std::chrono::seconds(10)};
    TrialLength probation;  // of a new generation; none: it is trusted at once
    std::uint64_t probationFailures = 2;
    std::vector<Network> allow;  // empty: everyone
    std::vector<Network> deny;
    std::filesystem::path tlsCertificate;
    std::filesystem::path tlsKey;
    std::filesystem::path tlsClientCa;
    std::vector<Network> proxyProtocol;  // peers trusted to send a PROXY header; empty: off
    bool nodelay = true;
    bool keepalive = true;
    ByteCount receiveBuffer;  // 0: the kernel's choice
    ByteCount sendBuffer;

    static void describe(Schema<ServiceOptions>& schema);
    void validate(SettingIssues& issues) const;

    bool operator==(const ServiceOptions&) const = default;
};

}  // namespace berth::host
