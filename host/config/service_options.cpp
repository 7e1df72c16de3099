// host/config/service_options.cpp - the table of the keys that every service has.
#include "host/config/service_options.h"

#include <limits>

#include "host/config/tls_check.h"

namespace berth::host {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr milliseconds kNoTime{0};
constexpr milliseconds kLongest{hours(20 * 24)};  // fits the int that poll(2) takes
constexpr ByteCount kLargestBuffer{std::uint64_t{1} << 30};

void describeAdmission(Schema<ServiceOptions>& schema) {
    using Options = ServiceOptions;
    schema
        .field("backlog", &Options::backlog,
               "Connections that the kernel keeps until they are accepted.")
        .range(1, 65535);
    schema
        .field("max_connections", &Options::maxConnections,
               "Most connections served at once; `overflow` says what happens to others.")
        .range(1, 1'000'000);
    schema
        .field("max_per_client", &Options::maxPerClient,
               "Most connections of one client address at once; more are refused. 0: no limit.")
        .range(0, 1'000'000);
    schema.field("rate", &Options::rate,
                 "New connections in a time, such as `100/s` or `20/10s`; more are treated as "
                 "`overflow` says. 0: no limit.");
    schema.choice("overflow", &Options::overflow,
                  {{"wait", Overflow::Wait}, {"refuse", Overflow::Refuse}},
                  "Whether connections beyond a limit wait until there is room, or are closed.");
    schema.field("allow", &Options::allow,
                 "Networks that may connect, such as `10.0.0.0/8, ::1, unix`. Empty: everyone.");
    schema.field(
        "deny", &Options::deny,
        "Networks that may not connect. The longest prefix of `allow` and `deny` decides.");
}

void describeTimes(Schema<ServiceOptions>& schema) {
    using Options = ServiceOptions;
    schema
        .field("idle_timeout", &Options::idleTimeout,
               "Closes a connection that was silent for so long. 0: never.")
        .range(kNoTime, kLongest);
    schema
        .field("write_timeout", &Options::writeTimeout,
               "Closes a connection whose client takes no bytes for so long. 0: never.")
        .range(kNoTime, kLongest);
    schema
        .field("max_lifetime", &Options::maxLifetime,
               "Closes a connection that is so old. 0: never.")
        .range(kNoTime, kLongest);
    schema
        .field(
            "drain_timeout", &Options::drainTimeout,
            "How long connections may finish when the service stops or is replaced. 0: not at all.")
        .range(kNoTime, kLongest);
    schema.field("probation", &Options::probation,
                 "How long a new version of the plugin is watched, such as `50 connections | 30s`. "
                 "0: it is trusted at once.");
    schema
        .field("probation_failures", &Options::probationFailures,
               "Most handlers that may fail during probation. One more, and the host goes back to "
               "the version before.")
        .range(0, 1'000'000);
}

void describeSecurity(Schema<ServiceOptions>& schema) {
    using Options = ServiceOptions;
    schema.field("tls_certificate", &Options::tlsCertificate,
                 "A PEM file with the certificate and its chain. Set: clients must speak TLS.");
    schema.field("tls_key", &Options::tlsKey, "A PEM file with the certificate's private key.");
    schema.field("tls_client_ca", &Options::tlsClientCa,
                 "A PEM file with authorities. Set: clients must show a certificate of one.");
    schema.field("proxy_protocol", &Options::proxyProtocol,
                 "Networks of proxies that send a PROXY header before each connection. Empty: "
                 "nobody, and such a header is data.");
}

void describeSockets(Schema<ServiceOptions>& schema) {
    using Options = ServiceOptions;
    schema.field("nodelay", &Options::nodelay, "Sends small writes at once (TCP_NODELAY).");
    schema.field("keepalive", &Options::keepalive,
                 "Lets the kernel find clients that went away silently (SO_KEEPALIVE).");
    schema
        .field("receive_buffer", &Options::receiveBuffer,
               "The kernel's buffer for bytes received. 0: the kernel's choice.")
        .range(ByteCount{0}, kLargestBuffer);
    schema
        .field("send_buffer", &Options::sendBuffer,
               "The kernel's buffer for bytes to send. 0: the kernel's choice.")
        .range(ByteCount{0}, kLargestBuffer);
}

}  // namespace

void ServiceOptions::describe(Schema<ServiceOptions>& schema) {
    using Options = ServiceOptions;
    schema.field("plugin", &Options::plugin,
                 "The kind of service, or a plugin's file. Empty: the section's name.");
    schema
        .field("listen", &Options::listen,
               "Where clients connect: `7002` (127.0.0.1), `*:7002`, `[::1]:7002`, `unix:PATH`, "
               "`systemd:NAME`; a name from services(5) may stand for the port, and port 0 lets "
               "the kernel choose.")
        .required();
    schema.field("enabled", &Options::enabled, "Whether the service is started.");
    schema.choice("engine", &Options::engine,
                  {{"threads", EngineKind::Threads}, {"fibers", EngineKind::Fibers}},
                  "What runs the handlers: a thread for each client, or a fiber.");
    schema
        .field("threads", &Options::threads,
               "Most threads of the engine `threads`. 0: as many as `max_connections`.")
        .range(0, 100'000);
    describeAdmission(schema);
    describeTimes(schema);
    describeSecurity(schema);
    describeSockets(schema);
}

void ServiceOptions::validate(SettingIssues& issues) const {
    if (listen.empty()) issues.at("listen", "listen needs at least one address");
    if (maxPerClient > maxConnections) {
        issues.at("max_per_client", "max_per_client is more than max_connections, " +
                                        std::to_string(maxConnections) + ", and limits nothing");
    }
    checkTls(tlsCertificate, tlsKey, tlsClientCa, issues);
}

}  // namespace berth::host
