// host/config/host_options.h - the keys of the sections [host] and [control].
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "berth/file_mode.h"
#include "berth/settings.h"
#include "host/base/option_table.h"
#include "host/listen/socket_owner.h"
#include "host/log/log_options.h"
#include "host/net/listen_address.h"
#include "host/service/tls_options.h"

namespace berth::host {

// What a process lives with from its start to its end.
struct StartOptions {
    std::filesystem::path state{"state"};  // tokens, staged plugins
    std::size_t loops = 0;                 // threads that run fibers; 0: one for each processor
    ByteCount stackSize{65536};            // of a fiber
    std::size_t maxGenerations = 8;        // of one plugin, loaded at once
    std::chrono::milliseconds loadTimeout{std::chrono::seconds(30)};

    bool operator==(const StartOptions&) const = default;
};

struct HostOptions : StartOptions, LogOptions {
    std::vector<std::filesystem::path> plugins{"plugins"};  // folders searched for NAME.so
    std::vector<std::filesystem::path> include;  // more files; the last component may be a pattern
    bool allowEmpty = false;                     // a reload may remove every service
    bool watch = false;                          // changed files take effect by themselves
    std::chrono::milliseconds upgradeTimeout{std::chrono::seconds(30)};  // for the new process
    std::chrono::milliseconds hangReport{std::chrono::seconds(1)};       // of loops; 0: off

    static void describe(Schema<HostOptions>& schema);
    // Which keys wait for the next start: those of StartOptions.
    [[nodiscard]] static const KeyMarks& marks();
    void validate(SettingIssues& issues) const;

    bool operator==(const HostOptions&) const = default;
};

struct ControlOptions : TlsOptions {
    std::vector<ListenAddress> listen;  // not given: 127.0.0.1:7400, unix:STATE/control.sock
    FileMode socketMode{0600};          // of the files of Unix sockets
    SocketOwner socketOwner;
    std::filesystem::path tokenFile;  // not given: STATE/control.token
    std::size_t maxConnections = 16;
    std::chrono::milliseconds idleTimeout{std::chrono::minutes(10)};

    static void describe(Schema<ControlOptions>& schema);
    void validate(SettingIssues& issues) const;

    bool operator==(const ControlOptions&) const = default;
};

}  // namespace berth::host
