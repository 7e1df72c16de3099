// host/service/deployment.h - one life of a service: its object, made from certain settings on a
// certain generation of its plugin.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "berth/setting_value.h"
#include "host/plugin/catalog.h"
#include "host/plugin/hosted_service.h"
#include "host/service/service_context.h"
#include "host/service/trial.h"

namespace berth::host {

// A service that is changed gets a new deployment for new clients, while the old one serves those
// it has. Shared by the sessions that it serves: the last one to let go destroys it.
//
// Threads: any; the service object is destroyed on the thread that lets go last.
class Deployment {
public:
    // Runs the plugin's code. Throws: PluginError.
    Deployment(std::uint64_t number, const PluginKind& plugin,
               const std::vector<SettingValue>& settings, std::unique_ptr<ServiceContext> context)
        : number_(number),
          context_(std::move(context)),
          hosted_(plugin.generation, plugin.kind, settings, *context_) {}

    // Unique within the host.
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] Service& service() const noexcept { return hosted_.service(); }
    [[nodiscard]] const std::string& kind() const noexcept { return hosted_.kind(); }
    [[nodiscard]] abi::Execution execution() const noexcept { return hosted_.execution(); }
    [[nodiscard]] const Generation& generation() const noexcept { return *hosted_.generation(); }
    [[nodiscard]] const std::shared_ptr<Generation>& sharedGeneration() const noexcept {
        return hosted_.generation();
    }
    void setDraining(bool draining) noexcept { context_->setDraining(draining); }

    // Call it before the first client comes.
    void beginTrial(std::shared_ptr<Trial> trial) noexcept { trial_ = std::move(trial); }
    // A handler ended.
    void noteEnd(bool failed) {
        if (trial_) trial_->noteEnd(failed);
    }

private:
    const std::uint64_t number_;
    const std::unique_ptr<ServiceContext> context_;
    HostedService hosted_;
    std::shared_ptr<Trial> trial_;
};

}  // namespace berth::host
