// host/service/hang_report.cpp
#include "host/service/hang_report.h"

#include <algorithm>
#include <string>

#include "berth/units.h"
#include "host/base/phrases.h"

namespace berth::host {
namespace {

using Clock = RunningService::Clock;

// A handler that was cut and does not notice within this does so much later, or never.
constexpr std::chrono::seconds kNotice{2};

std::string heldUp(const Hang& hang) {
    const auto time =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - hang.since);
    return "loop " + std::to_string(hang.loop) + " does not turn since " + formatDuration(time);
}

}  // namespace

std::string describeStuck(const ConnectionStatus& connection, const std::vector<Hang>& hangs) {
    auto text =
        "connection " + std::to_string(connection.id) + " of " + connection.peer + ": its handler ";
    if (connection.loop == 0) return text + "does not come back, on a thread of its own";
    const auto hang = std::ranges::find(hangs, connection.loop, &Hang::loop);
    if (hang == hangs.end())
        return text + "does not come back, on loop " + std::to_string(connection.loop);
    text += hang->does.connection == connection.id ? "does not come back, and " : "waits: ";
    return text + heldUp(*hang);
}

std::vector<std::string> waitEnded(const RunningService& service,
                                   const RunningService::ConnectionIds& ids,
                                   const HangWatch& watch) {
    if (service.waitEnded(ids, Clock::now() + kNotice)) return {};
    std::vector<std::string> lines;
    for (const auto& connection : service.connections()) {
        if (std::ranges::find(ids, connection.id) == ids.end()) continue;
        lines.push_back(describeStuck(connection, watch.hangs()));
    }
    return lines;
}

void addHangs(const RunningService& service, const std::vector<Hang>& hangs,
              ServiceStatus& status) {
    for (const auto& hang : hangs) {
        if (hang.does.service == service.name()) {
            status.hanging = true;
            status.reason = heldUp(hang) + ": " + whatItDoes(hang.does);
            return;
        }
        if (!status.reason.empty()) continue;
        const auto connections = service.connections();
        const auto waiting = std::ranges::count(connections, hang.loop, &ConnectionStatus::loop);
        if (waiting == 0) continue;
        status.reason = counted(static_cast<std::uint64_t>(waiting), "client") +
                        (waiting == 1 ? " waits: " : " wait: ");
        status.reason += heldUp(hang);
        if (!hang.does.service.empty())
            status.reason += ", held up by \"" + hang.does.service + '"';
    }
}

}  // namespace berth::host
