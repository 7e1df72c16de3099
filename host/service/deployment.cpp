// host/service/deployment.cpp
#include "host/service/deployment.h"

#include <exception>
#include <utility>

#include "host/fiber/off_loop.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

Deployment::Life::Life(const PluginKind& plugin, const std::vector<SettingValue>& settings,
                       std::unique_ptr<ServiceContext> itsContext)
    : context(std::move(itsContext)), hosted(plugin.generation, plugin.kind, settings, *context) {}

Deployment::Deployment(std::uint64_t number, const PluginKind& plugin,
                       const std::vector<SettingValue>& settings,
                       std::unique_ptr<ServiceContext> context, std::optional<PluginCalls> calls)
    : version_{number, plugin.kind, plugin.generation},
      calls_(std::move(calls)),
      life_(std::make_shared<Life>(plugin, settings, std::move(context))) {}

Deployment::~Deployment() {
    if (!calls_) return;
    const auto log = life_->context->sharedLog();
    try {
        end();
    } catch (const PluginError& error) {
        log->error(error.what());
    } catch (const std::exception&) {
        // No thread could be made for it: it was ended on this one.
    }
}

void Deployment::end() {
    const auto& file = generation().file();
    const auto of = " of plugin " + file.name + ' ' + file.version + ", generation " +
                    std::to_string(generation().number());
    const auto service = "service \"" + std::string(life_->context->serviceName()) + "\": ";
    // Each call has the only reference: one that hangs keeps what it uses, and destroys it if it
    // ever comes back.
    life_ = calls_->run<std::shared_ptr<Life>>(service + "stop()" + of,
                                               [life = std::move(life_)]() mutable {
                                                   life->hosted.stopAndLog();
                                                   return std::move(life);
                                               });
    calls_->run<void>(service + "the destructor" + of,
                      [life = std::move(life_)]() mutable { life.reset(); });
}

std::shared_ptr<Deployment> Deployment::make(std::uint64_t number, const PluginKind& plugin,
                                             const std::vector<SettingValue>& settings,
                                             std::unique_ptr<ServiceContext> context,
                                             const PluginCalls& calls) {
    auto deployment =
        std::make_unique<Deployment>(number, plugin, settings, std::move(context), calls);
    return {deployment.release(), [](Deployment* gone) {
                runOffLoop([gone] { const std::unique_ptr<Deployment> owner(gone); },
                           Helpers::OfHost);
            }};
}

DeployedVersionPtr versionOf(const std::shared_ptr<Deployment>& deployment) noexcept {
    return deployment ? DeployedVersionPtr(deployment, &deployment->version()) : nullptr;
}

}  // namespace berth::host
