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
#include "host/service/service_context.h"
#include "host/service/trial.h"

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
    Deployment(const Deployment&) = delete;
    Deployment& operator=(const Deployment&) = delete;
    // Stops and destroys the service object. A plugin that hangs in that is left behind when the
    // time of `calls` is over, and the log tells it.
    ~Deployment();

    // Unique within the host.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] Service& service() const noexcept { return life_->hosted.service(); }
    [[nodiscard]] const std::string& kind() const noexcept { return life_->hosted.kind(); }
    [[nodiscard]] abi::Execution execution() const noexcept { return life_->hosted.execution(); }
    [[nodiscard]] const Generation& generation() const noexcept { return *sharedGeneration(); }
    [[nodiscard]] const std::shared_ptr<Generation>& sharedGeneration() const noexcept {
        return life_->hosted.generation();
    }
    void setDraining(bool draining) noexcept { life_->context->setDraining(draining); }

    // Call it before the first client comes.
    void beginTrial(std::shared_ptr<Trial> trial) noexcept { trial_ = std::move(trial); }
    // A handler ended.
    void noteEnd(bool failed) {
        if (trial_) trial_->noteEnd(failed);
    }

private:
    // What the plugin's code uses.
    struct Life {
        Life(const PluginKind& plugin, const std::vector<SettingValue>& settings,
             std::unique_ptr<ServiceContext> itsContext);
        const std::unique_ptr<ServiceContext> context;
        HostedService hosted;
    };
    void end(const Generation& generation);

    const std::uint64_t number_;
    std::optional<PluginCalls> calls_;
    std::shared_ptr<Life> life_;
    std::shared_ptr<Trial> trial_;
};

}  // namespace berth::host
