// host/operate/host_plugin_control.cpp
#include "host/operate/host_plugin_control.h"

#include <string>
#include <utility>

#include "host/change/failures.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin/probation_mark.h"

namespace berth::host {

using Turn = ChangeTurns::Turn;

std::shared_ptr<Generation> HostPluginControl::open(const std::filesystem::path& file) {
    auto generation = catalog_.calls().runLoading<std::shared_ptr<Generation>>(
        file.string(), [&catalog = catalog_, file] { return catalog.open(file); });
    forgetCrashedVersion(generation->stagedPath().parent_path(), file);
    // Who loads a file that failed its probation wants to try again.
    for (const auto& [name, service] : services_.all()) {
        service->forgetRejected(generation->identity());
    }
    return generation;
}

ChangeResult HostPluginControl::load(const std::filesystem::path& file,
                                     std::optional<std::chrono::milliseconds> killAfter) {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    std::shared_ptr<Generation> generation;
    try {
        generation = open(file);
    } catch (const PluginError& error) {
        return ChangeResult::failure(ChangeError::BadPlugin, error.what());
    }
    const auto& plugin = generation->file().name;
    auto done = "loaded " + plugin;
    const auto before = catalog_.held(plugin);
    catalog_.hold(generation);
    ChangeResult result;
    auto failure =
        failureOf([&] { result = reconciler_.apply(reconciler_.configuration(), killAfter); });
    if (failure) result = *std::move(failure);
    if (result.ok()) {
        result.text = std::move(done);
    } else if (before) {
        catalog_.hold(before);
    } else {
        catalog_.release(plugin);
    }
    return result;
}

ChangeResult HostPluginControl::unload(std::string_view plugin) {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    for (const auto& status : catalog_.list()) {
        if (status.name != plugin || status.services.empty()) continue;
        return ChangeResult::failure(ChangeError::Conflict,
                                     std::string(plugin) + " is in use by " +
                                         status.services.front() +
                                         "; stop the services that use it first",
                                     status.services);
    }
    if (catalog_.release(plugin)) {
        return ChangeResult::success("unloaded " + std::string(plugin));
    }
    return ChangeResult::failure(ChangeError::NotFound, "no plugin named \"" + std::string(plugin) +
                                                            "\" was loaded by `load`");
}

}  // namespace berth::host
