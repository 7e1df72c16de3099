// host/service/deployment.h - one life of a service: its object, made from certain settings on a
// certain generation of its plugin.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "berth/setting_value.h"
#include "host/plugin/catalog.h"
#include "host/plugin/hosted_service.h"
#include "host/plugin/plugin_calls.h"
#include "host/service/canary.h"
#include "host/service/deployed_version.h"
#include "host/service/service_context.h"

namespace berth::host {

// A service that is changed gets a new deployment for new clients, while the old one serves those
// it has. Shared by the sessions that it serves: the last one to let go destroys it.
//
// Threads: any.
class Deployment {
public:
    // Runs the plugin's code. `calls`: what bounds the end of the service object; nothing: it takes
    // as long as it takes. Throws: PluginError.
    Deployment(std::uint64_t number, const PluginKind& plugin,
               const std::vector<SettingValue>& settings, std::unique_ptr<ServiceContext> context,
               std::optional<PluginCalls> calls = {});
    // One whose end holds up no loop, whoever lets go of it last: the plugin's code may take its
    // time. Throws: PluginError.
    [[nodiscard]] static std::shared_ptr<Deployment> make(std::uint64_t number,
                                                          const PluginKind& plugin,
                                                          const std::vector<SettingValue>& settings,
                                                          std::unique_ptr<ServiceContext> context,
                                                          const PluginCalls& calls);
    Deployment(const Deployment&) = delete;
    Deployment& operator=(const Deployment&) = delete;
    // Stops and destroys the service object. A plugin that hangs in that is left behind when the
    // time of `calls` is over, and the log tells it.
    ~Deployment();

    [[nodiscard]] const DeployedVersion& version() const noexcept { return version_; }
    [[nodiscard]] std::uint64_t number() const noexcept { return version_.number; }
    [[nodiscard]] Service& service() const noexcept { return life_->hosted.service(); }
    [[nodiscard]] abi::Execution execution() const noexcept { return life_->hosted.execution(); }
    [[nodiscard]] const Generation& generation() const noexcept { return *version_.generation; }
    void setDraining(bool draining) noexcept { life_->context->setDraining(draining); }

    // Call it before the first client comes.
    void watchBy(std::shared_ptr<Canary> canary) noexcept { canary_ = std::move(canary); }
    // A handler ended.
    void noteEnd(bool failed) {
        if (canary_) canary_->noteEnd(failed);
    }

private:
    // What the plugin's code uses.
    struct Life {
        Life(const PluginKind& plugin, const std::vector<SettingValue>& settings,
             std::unique_ptr<ServiceContext> itsContext);
        const std::unique_ptr<ServiceContext> context;
        HostedService hosted;
    };
    void end();

    const DeployedVersion version_;
    std::optional<PluginCalls> calls_;
    std::shared_ptr<Life> life_;
    std::shared_ptr<Canary> canary_;
};

// As values, for as long as somebody holds them. Null of null.
[[nodiscard]] DeployedVersionPtr versionOf(const std::shared_ptr<Deployment>& deployment) noexcept;

}  // namespace berth::host
