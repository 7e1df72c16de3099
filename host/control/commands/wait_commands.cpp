// host/control/commands/wait_commands.cpp - verbs that may take long. They hold up nobody: the
// waiting is done in short pieces, between which a client that has gone is noticed.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "berth/units.h"
#include "host/base/phrases.h"
#include "host/control/commands/arguments.h"
#include "host/control/commands/commands.h"
#include "host/control/protocol/text.h"
#include "host/control/views/views.h"

namespace berth::host::control {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kPiece{250};

// DrainedHere: by who waits for it, so that a start ends the waiting.
enum class Goal { Serving, Stopped, Idle, Drained, DrainedHere };

constexpr std::array<std::pair<std::string_view, Goal>, 4> kGoals{{
    {"serving", Goal::Serving},
    {"stopped", Goal::Stopped},
    {"idle", Goal::Idle},
    {"drained", Goal::Drained},
}};

const std::pair<std::string_view, Goal>& parseGoal(std::string_view word) {
    const auto* found =
        std::ranges::find(kGoals, word, [](const auto& item) { return item.first; });
    if (found != kGoals.end()) return *found;
    throw UsageError('"' + std::string(word) + "\" is no state to wait for");
}

bool isIdle(const ServiceStatus& service) {
    return service.connections.open == 0;
}

bool reached(Goal goal, const ServiceStatus& service) {
    const bool off =
        service.state == ServiceState::Stopped || service.state == ServiceState::Disabled;
    switch (goal) {
        case Goal::Serving:
            return service.state == ServiceState::Serving;
        case Goal::Stopped:
            return off;
        case Goal::Idle:
            return isIdle(service);
        case Goal::Drained:
        case Goal::DrainedHere:
            return service.state != ServiceState::Serving && isIdle(service);
    }
    return false;
}

// The first service that has not reached the goal; a disabled one never serves, so that waiting
// for all to serve leaves it out. Throws: CommandError when the service named is gone.
std::optional<ServiceStatus> firstShort(Goal goal, const std::string& name, const Inventory& host) {
    if (!name.empty()) {
        auto service = host.service(name);
        if (!service) throw CommandError("not-found", unknownService(name, host));
        if (reached(goal, *service)) return std::nullopt;
        return service;
    }
    for (auto& service : host.services()) {
        const bool leftOut = goal == Goal::Serving && service.state == ServiceState::Disabled;
        if (!leftOut && !reached(goal, service)) return std::move(service);
    }
    return std::nullopt;
}

// Sleeps until the service may have come nearer to the goal.
void waitPiece(Goal goal, const ServiceStatus& service, milliseconds piece, const Inventory& host) {
    const bool drains = goal == Goal::Drained || goal == Goal::DrainedHere;
    const bool forClients = goal == Goal::Idle || (drains && !isIdle(service));
    if (forClients) {
        static_cast<void>(host.waitIdle(service.name, piece));
        return;
    }
    const auto state = goal == Goal::Serving   ? ServiceState::Serving
                       : goal == Goal::Stopped ? ServiceState::Stopped
                                               : ServiceState::Draining;
    static_cast<void>(host.waitState(service.name, state, piece));
}

// Nothing when all reached the goal in time, else the first that did not.
std::optional<ServiceStatus> await(Goal goal, const std::string& name, milliseconds limit,
                                   const CommandCall& call) {
    const auto deadline = Clock::now() + limit;
    for (;;) {
        auto missing = firstShort(goal, name, call.host.inventory);
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (!missing || left <= milliseconds(0)) return missing;
        if (goal == Goal::DrainedHere && missing->state == ServiceState::Serving) return missing;
        if (call.abandoned()) throw CommandError("failed", "the client is gone");
        waitPiece(goal, *missing, std::min(left, kPiece), call.host.inventory);
    }
}

std::string describe(const ServiceStatus& service) {
    auto text = "service \"" + service.name + "\" is " + std::string(toString(service.state)) +
                " with " + counted(service.connections.open, "open connection");
    if (!service.reason.empty()) text += ": " + service.reason;
    return text;
}

Reply timedOut(const ServiceStatus& missing, milliseconds limit, const std::string& advice) {
    auto reply = Reply::failure(
        "timeout", "after " + formatDuration(limit) + ' ' + describe(missing) + advice);
    reply.data = toJson(missing);
    return reply;
}

Reply startedAgain(const ServiceStatus& service) {
    auto reply =
        Reply::failure("conflict", describe(service) + "; it was started, which ended the drain");
    reply.data = toJson(service);
    return reply;
}

std::string subject(const std::string& service) {
    return service.empty() ? "every service" : "service \"" + service + '"';
}

// A service that serves never drains: then the plugin of that name is meant.
bool meansPlugin(std::optional<std::string_view> word, const Inventory& host) {
    if (!word) return false;
    const auto service = host.service(*word);
    if (service && service->state != ServiceState::Serving) return false;
    const auto plugins = host.plugins();
    return std::ranges::find(plugins, *word, &PluginStatus::name) != plugins.end();
}

Reply waitUnpinned(Arguments& arguments, const CommandCall& call) {
    const auto plugin = arguments.plugin();
    const auto limit = arguments.limit();
    arguments.end();
    const auto deadline = Clock::now() + limit;
    while (!call.host.inventory.waitUnpinned(plugin, std::min(kPiece, limit))) {
        if (call.abandoned()) throw CommandError("failed", "the client is gone");
        if (Clock::now() < deadline) continue;
        const auto pins = call.host.inventory.pins(plugin);
        auto reply = Reply::failure(
            "timeout", "after " + formatDuration(limit) + ' ' + counted(pins.size(), "connection") +
                           (pins.size() == 1 ? " keeps" : " keep") + " an old generation of " +
                           plugin + "; show pins " + plugin + " names them");
        reply.data = toJsonArray(pins);
        return reply;
    }
    return Reply::success("nobody keeps an old generation of " + plugin);
}

}  // namespace

// The host is asked to close the door, and again when the last client is gone; the waiting between
// is done here, where a client that has gone is noticed.
Reply runDrain(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto service = arguments.serviceBeforeLimit();
    const auto limit = arguments.limit();
    arguments.end();
    auto begun = call.host.services.drain(service, milliseconds(0));
    if (begun.error != ChangeError::Timeout) return Reply::of(std::move(begun));
    const auto missing = await(Goal::DrainedHere, service, limit, call);
    if (!missing) return Reply::of(call.host.services.drain(service, milliseconds(0)));
    if (missing->state == ServiceState::Serving) return startedAgain(*missing);
    return timedOut(*missing, limit,
                    "; no new clients are taken: stop cuts the rest, start serves again");
}

Reply runWait(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto& [word, goal] = parseGoal(arguments.word("the state to wait for"));
    if (goal == Goal::Drained && meansPlugin(arguments.peek(), call.host.inventory)) {
        return waitUnpinned(arguments, call);
    }
    const auto service = arguments.serviceBeforeLimit();
    const auto limit = arguments.limit();
    arguments.end();
    const auto missing = await(goal, service, limit, call);
    if (!missing) return Reply::success(subject(service) + " is " + std::string(word));
    return timedOut(*missing, limit, "");
}

}  // namespace berth::host::control
