// host/control/commands/dispatcher.h - runs one request: who may, what it does, what is written
// down.
#pragma once

#include <functional>

#include "host/control/auth/caller.h"
#include "host/control/auth/login.h"
#include "host/control/commands/audit.h"
#include "host/control/commands/command.h"
#include "host/control/protocol/reply.h"
#include "host/control/protocol/request.h"
#include "host/operate/operations.h"

namespace berth::host::control {

// Threads:  any, with a Login of its own for each client.
// Lifetime: refers to the operations, which outlive it.
class Dispatcher {
public:
    Dispatcher(const Operations& host, AuditSink audit) : host_(host), audit_(std::move(audit)) {}

    // Whatever a command throws becomes a reply. Requires: a request with a verb.
    [[nodiscard]] Reply run(const Request& request, const Caller& caller, Login& login,
                            const std::function<bool()>& abandoned) const;

private:
    void audit(const Command& command, const Request& request, const Caller& caller,
               Reply& reply) const;

    const Operations host_;
    AuditSink audit_;
};

}  // namespace berth::host::control
