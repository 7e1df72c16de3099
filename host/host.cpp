// host/host.cpp
#include "host/host.h"

#include <algorithm>
#include <utility>

#include "host/base/owned_path.h"
#include "host/log/log_system.h"
#include "host/plugin/probation_mark.h"

namespace berth::host {
namespace {

// Of all that is cut, and waited for after that.
constexpr std::chrono::seconds kEndGrace{30};

StagingFolder stagingIn(const std::filesystem::path& state, Log& log) {
    makePrivateFolder(state);
    const auto folder = state / "plugins";
    // Before the folder is cleaned up: the versions before are there.
    for (const auto& crashed : takeCrashedVersions(folder)) log.warning(toString(crashed));
    return StagingFolder(folder);
}

}  // namespace

Host::Host(const HostConfig& config, LogSystem& logs,
           std::shared_ptr<const InheritedSockets> inherited, const std::filesystem::path& opener)
    : resources_{logs,
                 inherited ? std::move(inherited) : std::make_shared<const InheritedSockets>(),
                 {config.host.loops, config.host.stackSize.value},
                 {},
                 0,
                 0},
      catalog_(stagingIn(config.host.state, logs.host()), logs.host(),
               {config.host.maxGenerations, config.host.loadTimeout, opener}),
      applied_(config),
      hangs_(resources_.loops, logs, config.host.hangReport),
      retired_(logs.host()),
      canaries_(logs.host(),
                [this](const auto& service, const auto& failed, const auto& previous) {
                    rollback_.finish(service, failed, previous);
                }),
      serviceControl_(turns_, services_, reconciler_, logs, hangs_) {}

Host::~Host() {
    shutdown(Shutdown::Now);
}

Resolution Host::resolve(const HostConfig& wanted) {
    return reconciler_.resolver(wanted.host).resolveAll(wanted.services);
}

ChangeResult Host::apply(const HostConfig& wanted, const Resolution& resolution) {
    const ChangeTurns::Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    return reconciler_.apply(wanted, resolution);
}

ChangeResult Host::apply(const HostConfig& wanted) {
    const ChangeTurns::Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    return reconciler_.apply(wanted);
}

void Host::onApplied(std::function<void(const HostConfig&)> callback) {
    const auto turn = turns_.take();
    reconciler_.onApplied(std::move(callback));
}

bool Host::shutdown(Shutdown how) {
    // At once, whatever change is under way: no new client, no new service.
    turns_.end();
    for (const auto& [name, service] : services_.all()) service->refuseClients();
    if (how == Shutdown::Now) cutEverything();
    const auto turn = turns_.take();
    return reconciler_.drain().stopAll(how) && !stuck();
}

std::chrono::milliseconds Host::longestEnd() const {
    std::chrono::milliseconds drain{0};
    for (const auto& [name, service] : services_.all()) {
        drain = std::max(drain, service->config().options.drainTimeout);
    }
    // Each may come twice: once for the change that is under way, once for the end itself.
    return 2 * (drain + applied_.config().host.loadTimeout + kEndGrace);
}

void Host::cutEverything() {
    for (const auto& [name, service] : services_.all()) service->cutAll(CutReason::Drained);
}

ChangeResult Host::handOver(const Offer& offer) {
    const ChangeTurns::Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    auto result = offer(listeners(), applied_.config().host);
    if (!result.ok()) return result;
    turns_.handOver();
    for (const auto& [name, service] : services_.all()) {
        if (service->state() != ServiceState::Serving) continue;
        // Clients that were accepted before are not turned away for a limit any more.
        service->liftLimits();
        service->setState(ServiceState::Draining, "another process serves");
    }
    return result;
}

void Host::drainBehind() {
    const auto turn = turns_.take();
    reconciler_.drain().finishBehind();
}

std::vector<OwnedListener> Host::listeners() const {
    std::vector<OwnedListener> result;
    for (const auto& [name, service] : services_.all()) {
        for (const auto& listener : service->listeners()) result.push_back({name, listener});
    }
    return result;
}

// The old process numbers those that it has accepted already, and who waits for a thread there.
void Host::numberConnectionsBehind(std::uint64_t last) {
    constexpr std::uint64_t kApart = 100'000;
    resources_.lastConnection = (last / kApart + 2) * kApart;
}

std::vector<std::string> Host::stoppedByOperator() const {
    const auto names = services_.stoppedByOperator();
    return {names.begin(), names.end()};
}

void Host::keepStopped(const std::vector<std::string>& services) {
    for (const auto& name : services) services_.keepStopped(name);
}

}  // namespace berth::host
