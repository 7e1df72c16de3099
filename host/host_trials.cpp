// host/host_trials.cpp - new generations on probation, and the way back.
#include "host/host_state.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

using Clock = Host::State::Clock;

void Host::State::watchNew(const std::shared_ptr<RunningService>& service,
                           const PreparedService& parts) {
    if (!parts.deployment) return;
    // One that is still on probation is no place to go back to.
    auto before = probation.end(*service);
    if (!before) before = {service->core().deployment(), service->config()};
    if (!before->deployment || parts.config.options.probation.none()) return;
    if (&parts.deployment->generation() == &before->deployment->generation()) return;
    probation.begin(service, parts.deployment, *std::move(before), parts.config.options);
}

void Host::State::wentBack(const std::shared_ptr<RunningService>& service,
                           const std::shared_ptr<Deployment>& failed,
                           const Probation::Before& before) {
    const std::lock_guard change(changes);
    retirement.add(service, failed, Clock::now() + service->config().options.drainTimeout);
    // A change that was under way may have put another one in its place.
    if (service->core().deployment() != before.deployment) return;
    auto current = service->config();
    current.settings = before.config.settings;
    current.options.plugin = before.config.options.plugin;
    service->replaceConfig(current);
    holdAgain(current, failed->sharedGeneration(), before.deployment->sharedGeneration());
}

void Host::State::holdAgain(const ServiceConfig& service, const std::shared_ptr<Generation>& failed,
                            const std::shared_ptr<Generation>& again) {
    const auto& plugin = failed->file().name;
    if (catalog.held(plugin) != failed) return;
    catalog.release(plugin);
    try {
        const PluginSearch search(configuration().host.plugins);
        if (catalog.find(pluginReference(service), search).file == again->file().path) return;
    } catch (const PluginError&) {
        // No folder has it any more.
    }
    catalog.hold(again);  // it came by `load`, too
}

}  // namespace berth::host
