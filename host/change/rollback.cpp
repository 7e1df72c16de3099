// host/change/rollback.cpp
#include "host/change/rollback.h"

#include "host/change/resolution.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

void Rollback::finish(const std::shared_ptr<RunningService>& service,
                      const DeployedVersionPtr& failed,
                      const CanaryWatch::Previous& previous) const {
    const auto turn = turns_.take();
    auto current = service->config();
    retired_.add(service, failed, RetiredVersions::Clock::now() + current.options.drainTimeout);
    // A change that was under way may have put another one in its place.
    if (service->version() != previous.version) return;
    current.settings = previous.config.settings;
    current.options.plugin = previous.config.options.plugin;
    service->replaceConfig(current);
    holdAgain(current, failed->generation, previous.version->generation);
}

void Rollback::holdAgain(const ServiceConfig& service, const std::shared_ptr<Generation>& failed,
                         const std::shared_ptr<Generation>& again) const {
    const auto& plugin = failed->file().name;
    if (catalog_.held(plugin) != failed) return;
    catalog_.release(plugin);
    try {
        const PluginSearch search(applied_.config().host.plugins);
        if (catalog_.find(pluginReference(service), search).file == again->file().path) return;
    } catch (const PluginError&) {
        // No folder has it any more.
    }
    catalog_.hold(again);  // it came by `load`, too
}

}  // namespace berth::host
