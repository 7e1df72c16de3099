// host/change/rollback.cpp
#include "host/change/rollback.h"

#include "host/base/want_of_memory.h"
#include "host/change/resolution.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

void Rollback::finish(const std::shared_ptr<RunningService>& service,
                      const DeployedVersionPtr& failed,
                      const CanaryWatch::Previous& previous) const {
    const auto turn = turns_.take();
    auto current = service->config();
    const auto deadline = RetiredVersions::Clock::now() + current.options.drainTimeout;
    auto retired = retired_.prepare(service);
    // A change that was under way may have put another one in its place.
    const bool serves = service->version() == previous.version;
    if (serves) {
        current.settings = previous.config.settings;
        current.options.plugin = previous.config.options.plugin;
        service->replaceConfig(current);
    }
    retired_.add(std::move(retired), failed, deadline);
    if (serves) holdAgain(current, failed->generation, previous.version->generation);
}

void Rollback::holdAgain(const ServiceConfig& service, const std::shared_ptr<Generation>& failed,
                         const std::shared_ptr<Generation>& again) const {
    const auto& plugin = failed->file().name;
    if (catalog_.held(plugin) != failed) return;
    catalog_.release(plugin);
    const bool inFolder = untilMemoryAllows([&] {
        try {
            const PluginSearch search(applied_.config().host.plugins);
            return catalog_.find(pluginReference(service), search).file == again->file().path;
        } catch (const PluginError&) {
            return false;  // no folder has it any more
        }
    });
    if (!inFolder) catalog_.hold(again);  // it came by `load`, too
}

}  // namespace berth::host
