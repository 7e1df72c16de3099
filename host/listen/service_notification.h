// host/listen/service_notification.h - tells systemd how the process is doing (sd_notify).
#pragma once

#include <string_view>

namespace berth::host {

// Sends lines such as "READY=1" or "STOPPING=1" to $NOTIFY_SOCKET as one datagram: a path, or `@`
// and a name in the abstract name space. Waits for room for a second at most. False when there is
// no such socket or it cannot be reached; a host goes on in either case.
bool notifyServiceManager(std::string_view lines) noexcept;

}  // namespace berth::host
