// host/config/host_options.h - the keys of the sections [host] and [control].
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/log.h"
#include "berth/settings.h"
#include "host/config/listen_address.h"

namespace berth::host {

enum class LogFormat { Text, Json };

struct HostOptions {
    std::vector<std::filesystem::path> plugins{"plugins"};  // folders searched for NAME.so
    std::vector<std::filesystem::path> include;  // more files; the last component may be a pattern
    std::filesystem::path state{"state"};        // tokens, staged plugins
    bool watch = false;                          // changed files take effect by themselves
    std::chrono::milliseconds upgradeTimeout{std::chrono::seconds(30)};  // for the new process
    std::size_t loops = 0;           // threads that run fibers; 0: one for each processor
    ByteCount stackSize{65536};      // of a fiber
    std::size_t maxGenerations = 8;  // of one plugin, loaded at once
    std::chrono::milliseconds loadTimeout{std::chrono::seconds(30)};
    LogLevel logLevel = LogLevel::Information;
    LogFormat logFormat = LogFormat::Text;
    std::string log = "stderr";                         // stderr, syslog, or a file's path
    ByteCount logRotateSize{std::uint64_t{100} << 20};  // of a log file; 0: never rotated
    std::size_t logRotateCount = 5;                     // rotated files kept
    bool accessLog = true;                              // one line at the end of each connection
    std::string auditLog;                               // a file's path; empty: the log

    static void describe(Schema<HostOptions>& schema);
    void validate(SettingIssues& issues) const;

    bool operator==(const HostOptions&) const = default;
};

struct ControlOptions {
    std::vector<ListenAddress> listen;  // not given: 127.0.0.1:7400, unix:STATE/control.sock
    std::filesystem::path tokenFile;    // not given: STATE/control.token
    std::size_t maxConnections = 16;
    std::chrono::milliseconds idleTimeout{std::chrono::minutes(10)};
    std::filesystem::path tlsCertificate;
    std::filesystem::path tlsKey;
    std::filesystem::path tlsClientCa;

    static void describe(Schema<ControlOptions>& schema);
    void validate(SettingIssues& issues) const;

    bool operator==(const ControlOptions&) const = default;
};

}  // namespace berth::host
