// host/control/commands/audit.h - where the control port reports who changed what.
#pragma once

#include <functional>

#include "host/log/audit_log.h"

namespace berth::host::control {

// Called after each request that changes something and after each attempt to log in; a token is
// masked. What it throws is told to the client: the change was made, but not written down.
// Threads: from any client's thread, also at once.
using AuditSink = std::function<void(const AuditRecord&)>;

}  // namespace berth::host::control
