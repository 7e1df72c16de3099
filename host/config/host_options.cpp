// host/config/host_options.cpp - the tables of the keys of [host] and [control].
#include "host/config/host_options.h"

#include "host/config/tls_check.h"

namespace berth::host {
namespace {

constexpr ByteCount kLeastRotateSize{4096};
constexpr ByteCount kLeastStack{std::uint64_t{16} << 10};
constexpr ByteCount kMostStack{std::uint64_t{64} << 20};

}  // namespace

void HostOptions::describe(Schema<HostOptions>& schema) {
    schema.field("plugins", &HostOptions::plugins,
                 "Folders that are searched for plugins, NAME.so.");
    schema.field("include", &HostOptions::include,
                 "More files with services; the last part of a path may be a pattern.");
    schema.field("state", &HostOptions::state, "The folder for tokens and staged plugins.");
    schema.field("watch", &HostOptions::watch,
                 "Whether plugins and ini files that appear, change or leave take effect by "
                 "themselves, as by a reload.");
    schema
        .field("upgrade_timeout", &HostOptions::upgradeTimeout,
               "How long `upgrade` waits for the new process; then the old one goes on.")
        .range(std::chrono::milliseconds(100), std::chrono::milliseconds(std::chrono::hours(1)));
    schema
        .field("loops", &HostOptions::loops,
               "Threads that run the handlers of services with `engine = fibers`. 0: one for each "
               "processor.")
        .range(0, 1024);
    schema
        .field("stack_size", &HostOptions::stackSize,
               "The stack of a fiber. Memory is used only as far as a handler needs it.")
        .range(kLeastStack, kMostStack);
    schema
        .field("max_generations", &HostOptions::maxGenerations,
               "How many versions of one plugin may be loaded at once while clients finish on old "
               "ones.")
        .range(2, 1000);
    schema
        .field(
            "load_timeout", &HostOptions::loadTimeout,
            "How long a plugin may take to load, to make its service, to test itself, and to end "
            "it.")
        .range(std::chrono::milliseconds(100), std::chrono::milliseconds(std::chrono::hours(1)));
    schema.choice("log_level", &HostOptions::logLevel,
                  {{"debug", LogLevel::Debug},
                   {"information", LogLevel::Information},
                   {"warning", LogLevel::Warning},
                   {"error", LogLevel::Error}},
                  "The least important lines that are logged.");
    schema.choice("log_format", &HostOptions::logFormat,
                  {{"text", LogFormat::Text}, {"json", LogFormat::Json}},
                  "Lines for people, or one JSON object a line.");
    schema.field("log", &HostOptions::log, "Where lines go: `stderr`, `syslog`, or a file's path.");
    schema.field("log_rotate_size", &HostOptions::logRotateSize,
                 "A log file that grew so large is renamed and begun anew. 0: never.");
    schema
        .field("log_rotate_count", &HostOptions::logRotateCount, "Renamed log files that are kept.")
        .range(1, 1000);
    schema.field("access_log", &HostOptions::accessLog,
                 "Whether the end of each connection is logged.");
    schema.field(
        "audit_log", &HostOptions::auditLog,
        "A file for the changes made through the control port. Empty: they go to the log.");
}

void HostOptions::validate(SettingIssues& issues) const {
    if (plugins.empty()) issues.at("plugins", "plugins needs at least one folder");
    if (state.empty()) issues.at("state", "state needs a folder");
    if (log.empty())
        issues.at("log", "log needs a value", 0, 0, "write stderr, syslog, or a file's path");
    if (logRotateSize.value != 0 && logRotateSize < kLeastRotateSize) {
        issues.at("log_rotate_size",
                  "log_rotate_size is less than 4K: nearly every line would rotate the file");
    }
}

void ControlOptions::describe(Schema<ControlOptions>& schema) {
    using Options = ControlOptions;
    schema.field("listen", &Options::listen,
                 "Where operators connect. Not given: `127.0.0.1:7400` and "
                 "`unix:control.sock` in the state folder. Empty: there is no control port.");
    schema.field("token_file", &Options::tokenFile,
                 "The file that holds the token; made at the first start. Not given: "
                 "`control.token` in the state folder.");
    schema.field("max_connections", &Options::maxConnections, "Most control connections at once.")
        .range(1, 1000);
    schema
        .field("idle_timeout", &Options::idleTimeout,
               "Closes a control connection that was silent for so long. 0: never.")
        .range(std::chrono::milliseconds(0),
               std::chrono::milliseconds(std::chrono::hours(20 * 24)));
    schema.field("tls_certificate", &Options::tlsCertificate,
                 "A PEM file with the certificate and its chain. Set: TCP clients must speak TLS.");
    schema.field("tls_key", &Options::tlsKey, "A PEM file with the certificate's private key.");
    schema.field("tls_client_ca", &Options::tlsClientCa,
                 "A PEM file with authorities. Set: clients must show a certificate of one.");
}

void ControlOptions::validate(SettingIssues& issues) const {
    checkTls(tlsCertificate, tlsKey, tlsClientCa, issues);
}

}  // namespace berth::host
