// host/config/foreign_keys.cpp - two tables of words.
#include "host/config/foreign_keys.h"

#include <algorithm>
#include <array>
#include <span>

namespace berth::host {
namespace {

// `ours` is a key, or a sentence when it holds a blank.
struct Word {
    std::string_view theirs;
    std::string_view ours;
};

constexpr std::string_view kRunAs =
    "berth serves as the user that starts it: User= in its systemd unit";
constexpr std::string_view kStreams = "berth serves streams, and needs no such key";
constexpr std::string_view kListen = "berth calls it \"listen\", in [service:NAME] or [control]";
constexpr std::string_view kMaxConnections =
    "berth calls it \"max_connections\", in [service:NAME] or [control]";
constexpr std::string_view kTimeout =
    "berth calls it \"idle_timeout\", in [service:NAME] or [control]";
constexpr std::string_view kTls =
    "berth calls it \"tls_certificate\" and \"tls_key\", in [service:NAME] or [control]";

constexpr std::array kServiceWords{
    Word{"bind", "listen"},
    Word{"port", "listen"},
    Word{"ports", "listen"},
    Word{"address", "listen"},
    Word{"addr", "listen"},
    Word{"host", "listen"},
    Word{"hostname", "listen"},
    Word{"interface", "listen"},
    Word{"bind_address", "listen"},
    Word{"server_address", "listen"},
    Word{"socket", "listen"},
    Word{"http-socket", "listen"},
    Word{"http_socket", "listen"},
    Word{"ListenStream", "listen"},
    Word{"disable", "write \"enabled = off\""},
    Word{"disabled", "write \"enabled = off\""},
    Word{"only_from", "allow"},
    Word{"allowed_hosts", "allow"},
    Word{"no_access", "deny"},
    Word{"instances", "max_connections"},
    Word{"maxconn", "max_connections"},
    Word{"max_clients", "max_connections"},
    Word{"maxclients", "max_connections"},
    Word{"MaxConnections", "max_connections"},
    Word{"worker_connections", "max_connections"},
    Word{"per_source", "max_per_client"},
    Word{"limit_conn", "max_per_client"},
    Word{"MaxConnectionsPerSource", "max_per_client"},
    Word{"cps", "rate"},
    Word{"limit_req", "rate"},
    Word{"rate_limit", "rate"},
    Word{"maxconnrate", "rate"},
    Word{"timeout", "idle_timeout"},
    Word{"keepalive_timeout", "idle_timeout"},
    Word{"socket-timeout", "idle_timeout"},
    Word{"send_timeout", "write_timeout"},
    Word{"worker_shutdown_timeout", "drain_timeout"},
    Word{"worker-reload-mercy", "drain_timeout"},
    Word{"request_queue_size", "backlog"},
    Word{"workers", "threads"},
    Word{"processes", "threads"},
    Word{"worker_processes", "threads"},
    Word{"nbthread", "threads"},
    Word{"server", "plugin"},
    Word{"module", "plugin"},
    Word{"handler", "plugin"},
    Word{"user", kRunAs},
    Word{"uid", kRunAs},
    Word{"group", kRunAs},
    Word{"gid", kRunAs},
    Word{"server_name", "berth tells services apart by where they listen, not by name"},
    Word{"ssl_certificate", "tls_certificate"},
    Word{"ssl_cert", "tls_certificate"},
    Word{"certificate", "tls_certificate"},
    Word{"certfile", "tls_certificate"},
    Word{"crt", "tls_certificate"},
    Word{"ssl_certificate_key", "tls_key"},
    Word{"ssl_key", "tls_key"},
    Word{"keyfile", "tls_key"},
    Word{"ssl_client_certificate", "tls_client_ca"},
    Word{"ca-file", "tls_client_ca"},
    Word{"accept-proxy", "proxy_protocol"},
    Word{"send-proxy", "proxy_protocol"},
    Word{"set_real_ip_from", "proxy_protocol"},
    Word{"log_type", "berth logs for all services: log in [host]"},
    Word{"error_log", "berth logs for all services: log in [host]"},
    Word{"log_on_success", "berth logs for all services: access_log in [host]"},
    Word{"log_on_failure", "berth logs for all services: access_log in [host]"},
    Word{"socket_type", kStreams},
    Word{"protocol", kStreams},
    Word{"wait", kStreams},
};

constexpr std::array kHostWords{
    Word{"bind", kListen},
    Word{"port", kListen},
    Word{"address", kListen},
    Word{"host", kListen},
    Word{"socket", kListen},
    Word{"user", kRunAs},
    Word{"group", kRunAs},
    Word{"pidfile", "it is an option of berthd: --pidfile=FILE"},
    Word{"pid", "it is an option of berthd: --pidfile=FILE"},
    Word{"daemonize", "it is an option of berthd: --daemon"},
    Word{"daemon", "it is an option of berthd: --daemon"},
    Word{"logfile", "log"},
    Word{"log_file", "log"},
    Word{"error_log", "log"},
    Word{"log_type", "log"},
    Word{"worker_processes", "loops"},
    Word{"workers", "loops"},
    Word{"processes", "loops"},
    Word{"nbthread", "loops"},
    Word{"includedir", "include"},
    Word{"include_dir", "include"},
    Word{"modules", "plugins"},
    Word{"plugin_dir", "plugins"},
    Word{"plugins_dir", "plugins"},
    Word{"plugin-dir", "plugins"},
    Word{"load_module", "plugins"},
    Word{"maxconn", kMaxConnections},
    Word{"max_clients", kMaxConnections},
    Word{"timeout", kTimeout},
    Word{"ssl_certificate", kTls},
    Word{"ssl_certificate_key", kTls},
};

std::string hint(std::span<const Word> words, std::string_view key) {
    const auto found = std::ranges::find(words, key, &Word::theirs);
    if (found == words.end()) return {};
    const std::string ours(found->ours);
    return ours.find(' ') == std::string::npos ? "berth calls it \"" + ours + "\"" : ours;
}

}  // namespace

std::string foreignServiceKey(std::string_view key) {
    return hint(kServiceWords, key);
}

std::string foreignHostKey(std::string_view key) {
    return hint(kHostWords, key);
}

}  // namespace berth::host
