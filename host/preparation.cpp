// host/preparation.cpp
#include "host/preparation.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "host/engine/fiber_engine.h"
#include "host/engine/thread_engine.h"
#include "host/fiber/off_loop.h"
#include "host/log/log_system.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin_check.h"

namespace berth::host {
namespace {

// Clients that wait for a thread are bounded by admission, not by the engine's queue.
constexpr std::size_t kEngineQueue = 1 << 16;

std::unique_ptr<Engine> makeEngine(const ServiceConfig& config, RunningService& service,
                                   LoopGroup& loops) {
    const auto& options = config.options;
    auto sessions = std::static_pointer_cast<SessionSource>(service.core().shared_from_this());
    if (options.engine == EngineKind::Fibers) {
        loops.start();
        return std::make_unique<FiberEngine>(config.name, loops, std::move(sessions));
    }
    const auto threads = options.threads == 0 ? kEngineQueue : options.threads;
    return std::make_unique<ThreadEngine>(config.name, threads, kEngineQueue, std::move(sessions));
}

// Adds the service's name to what a step throws, keeping the kind of error.
template <class Call>
void named(const std::string& service, Call&& call) {
    const auto prefix = "service \"" + service + "\": ";
    try {
        call();
    } catch (const PluginError& error) {
        throw PluginError(prefix + error.what());
    } catch (const ListenError& error) {
        throw ListenError(prefix + error.what());
    } catch (const std::exception& error) {
        throw std::runtime_error(prefix + error.what());
    }
}

}  // namespace

Preparation::Preparation(const HostOptions& host, Catalog& catalog, HostResources& resources,
                         const ServiceMap& running)
    : search_(host.plugins), catalog_(catalog), resources_(resources), running_(running) {}

void Preparation::prepare(const Plan& plan) {
    for (const auto& step : plan.steps) {
        released_.insert(released_.end(), step.closed.begin(), step.closed.end());
    }
    for (const auto& step : plan.steps) named(step.name, [&] { prepareStep(step); });
}

void Preparation::prepareStep(const PlanStep& step) {
    using Action = PlanStep::Action;
    PreparedStep prepared{step, nullptr, {}, {}};
    const auto found = running_.find(step.name);
    prepared.service = found != running_.end()
                           ? found->second
                           : std::make_shared<RunningService>(step.wanted, resources_);
    prepared.parts.config = step.wanted;
    if (step.action == Action::Start || step.action == Action::Change) {
        auto& parts = prepared.parts;
        parts.setup = std::make_shared<ClientSetup>(step.wanted.options);
        if (step.redeploys()) parts.deployment = deployment(step.wanted, *prepared.service);
        if (step.newEngine)
            parts.engine = makeEngine(step.wanted, *prepared.service, resources_.loops);
        parts.listeners = listeners(step.wanted, prepared.service->listeners());
    } else if (step.action == Action::Keep && step.wanted.options.enabled) {
        // The files may hold another certificate under the same names.
        prepared.parts.setup = std::make_shared<ClientSetup>(step.wanted.options);
    }
    steps_.push_back(std::move(prepared));
}

std::shared_ptr<Deployment> Preparation::deployment(const ServiceConfig& config,
                                                    RunningService& service) {
    const auto number = ++resources_.lastDeployment;
    const auto reference = pluginReference(config);
    // A file that failed its probation is not tried again before it changes.
    const auto current = service.core().deployment();
    std::optional<PluginKind> plugin;
    if (current && service.rejects(catalog_.find(reference, search_).file)) {
        plugin = PluginKind{current->sharedGeneration(), current->kind()};
    }
    const auto context =
        std::make_shared<std::unique_ptr<ServiceContext>>(std::make_unique<ServiceContext>(
            config.name, resources_.logs.open(config.name), service.core().metrics()));
    // All by value: the call may be given up while its thread goes on.
    const auto make = [number, context, plugin, reference, &catalog = catalog_, search = search_,
                       settings = config.settings,
                       calls = catalog_.calls()]() -> std::shared_ptr<Deployment> {
        auto deployment = std::make_unique<Deployment>(
            number, plugin ? *plugin : catalog.acquire(reference, search), settings,
            std::move(*context), calls);
        // The last client of a deployment destroys it. The plugin's code may take its time then,
        // and on a fiber it must not hold up the loop.
        return {deployment.release(), [](Deployment* gone) {
                    runOffLoop([gone] { const std::unique_ptr<Deployment> owner(gone); });
                }};
    };
    return catalog_.calls().run<std::shared_ptr<Deployment>>("making it", make);
}

Engine::Listeners Preparation::listeners(const ServiceConfig& config,
                                         const Engine::Listeners& own) {
    auto available = own;
    Engine::Listeners result;
    for (const auto& address : config.options.listen) {
        const auto kept =
            std::ranges::find(available, address, [](const auto& l) { return l->wanted(); });
        if (kept != available.end()) {
            result.push_back(*kept);
            available.erase(kept);
        } else if (auto other = handedOver(address)) {
            result.push_back(std::move(other));
        } else {
            result.push_back(std::make_shared<Listener>(address, listenOptions(config.options),
                                                        *resources_.inherited, config.name));
        }
    }
    return result;
}

std::shared_ptr<Listener> Preparation::handedOver(const ListenAddress& address) const {
    if (address.kind == ListenAddress::Kind::Tcp && address.port == 0) return nullptr;
    if (std::ranges::find(released_, address) == released_.end()) return nullptr;
    for (const auto& [name, service] : running_) {
        for (const auto& listener : service->listeners()) {
            if (listener->wanted() == address) return listener;
        }
    }
    return nullptr;
}

ListenOptions listenOptions(const ServiceOptions& options) {
    return {.backlog = options.backlog,
            .receiveBuffer = options.receiveBuffer,
            .sendBuffer = options.sendBuffer,
            .nodelay = options.nodelay,
            .keepalive = options.keepalive};
}

}  // namespace berth::host
