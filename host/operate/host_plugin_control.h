// host/operate/host_plugin_control.h
#pragma once

#include "host/change/reconciler.h"
#include "host/operate/plugin_control.h"

namespace berth::host {

// Lifetime: borrows all.
class HostPluginControl final : public PluginControl {
public:
    HostPluginControl(ChangeTurns& turns, Catalog& catalog, const ServiceTable& services,
                      Reconciler& reconciler)
        : turns_(turns), catalog_(catalog), services_(services), reconciler_(reconciler) {}

    ChangeResult load(const std::filesystem::path& file,
                      std::optional<std::chrono::milliseconds> killAfter) override;
    ChangeResult unload(std::string_view plugin) override;

private:
    // Throws: PluginError.
    [[nodiscard]] std::shared_ptr<Generation> open(const std::filesystem::path& file);

    ChangeTurns& turns_;
    Catalog& catalog_;
    const ServiceTable& services_;
    Reconciler& reconciler_;
};

}  // namespace berth::host
