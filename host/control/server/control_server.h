// host/control/server/control_server.h - the control port: where an operator asks and changes
// things.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "host/config/host_options.h"
#include "host/control/auth/auth_throttle.h"
#include "host/control/commands/audit.h"
#include "host/control/server/session.h"
#include "host/listen/inherited_sockets.h"
#include "host/operate/operations.h"
#include "host/service/refusal_log.h"

namespace berth::host {
class Listener;
}  // namespace berth::host

namespace berth::host::control {

// Serves from its construction to its end, each client on a thread of its own.
//
// Threads:  stop() and the destructor wait for the requests that run; never call them from a
//           command. addresses() from any thread, before that.
// Lifetime: the operations and the log of refusals outlive the server.
class ControlServer {
public:
    // `limits.idle` comes from the options. Listens on every address or on none.
    // Throws: ListenError, or std::runtime_error for a token file or a certificate that cannot be
    //         used.
    ControlServer(const ControlOptions& options, const Operations& host, AuditSink audit,
                  RefusalLog& refusals, const InheritedSockets& inherited,
                  SessionLimits limits = {}, AuthPolicy policy = {});
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;
    ~ControlServer();

    // As bound: port 0 is resolved.
    [[nodiscard]] std::vector<ListenAddress> addresses() const;
    // To pass them on to another process. Called before stop().
    [[nodiscard]] std::vector<std::shared_ptr<Listener>> listeners() const;
    // After its listeners were passed on: waits for the clients there are, up to `deadline`.
    void drain(std::chrono::steady_clock::time_point deadline);
    // Cuts every client, waits for the requests that run, and removes the Unix sockets.
    void stop();

private:
    struct Port;

    Credentials credentials_;
    Dispatcher dispatcher_;
    ClientLimits limits_;
    // Apart, so that neither those of the one kind keep out those of the other.
    Clients localClients_;
    Clients tcpClients_;
    ClientSetup setup_;
    SessionServices services_;
    std::vector<std::unique_ptr<Port>> ports_;
};

}  // namespace berth::host::control
