// host/service/hang_report.h - the truth about handlers that do not end.
#pragma once

#include <string>
#include <vector>

#include "host/fiber/hang_watch.h"
#include "host/service/running_service.h"

namespace berth::host {

// "connection 7 of 127.0.0.1:5000: its handler does not come back, on a thread of its own".
[[nodiscard]] std::string describeStuck(const ConnectionStatus& connection,
                                        const std::vector<Hang>& hangs);

// Waits a moment for these connections to end; one line for each that does not.
[[nodiscard]] std::vector<std::string> waitEnded(const RunningService& service,
                                                 const RunningService::ConnectionIds& ids,
                                                 const HangWatch& watch);

// Adds what is to be said of a service because of loops that do not turn.
void addHangs(const RunningService& service, const std::vector<Hang>& hangs, ServiceStatus& status);

}  // namespace berth::host
