// host/change/preparation.cpp
#include "host/change/preparation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "host/change/failures.h"
#include "host/service/local_service.h"

namespace berth::host {
namespace {

// These share their port with a new listener for so long.
class SharedPorts {
public:
    explicit SharedPorts(Engine::Listeners listeners) : listeners_(std::move(listeners)) {
        for (const auto& listener : listeners_) listener->sharePort(true);
    }
    SharedPorts(const SharedPorts&) = delete;
    SharedPorts& operator=(const SharedPorts&) = delete;
    ~SharedPorts() {
        for (const auto& listener : listeners_) listener->sharePort(false);
    }

private:
    const Engine::Listeners listeners_;
};

}  // namespace

Preparation::Preparation(Catalog& catalog, HostResources& resources, const ServiceMap& running)
    : catalog_(catalog), resources_(resources), running_(running) {}

void Preparation::prepare(const Plan& plan) {
    for (const auto& step : plan.steps) {
        for (const auto& address : closedBy(step)) {
            released_.emplace_back(configOf(step).name, address);
        }
    }
    for (const auto& step : plan.steps) named(configOf(step).name, [&] { prepareStep(step); });
}

void Preparation::prepareStep(const PlanStep& step) {
    const auto& config = configOf(step);
    const auto found = running_.find(config.name);
    // Member by member: where one cannot be made, GCC 12 ends others of an aggregate that are not
    // begun.
    PreparedStep prepared;
    prepared.step = step;
    if (found != running_.end()) {
        prepared.service = found->second;
    } else {
        prepared.service = std::make_shared<LocalService>(config, resources_, catalog_.calls());
    }
    std::visit([&](auto& each) { prepare(each, prepared); }, prepared.step);
    steps_.push_back(std::move(prepared));
}

// The files may hold another certificate under the same names.
void Preparation::prepare(step::Keep& step, PreparedStep& prepared) {
    const auto& config = step.wanted.config;
    if (!config.options.enabled) return;
    claim(config.name, prepared.service->listeners());
    prepared.parts = prepared.service->prepare({config, step.wanted.setup});
}

void Preparation::prepare(step::Start& step, PreparedStep& prepared) {
    auto& wanted = step.wanted;
    keepWhereRejected(wanted, *prepared.service);
    prepared.parts = prepared.service->prepare({wanted.config, wanted.setup, wanted.plugin, true});
    listen(wanted.config, prepared);
}

// Its canary may have failed since the plan was made.
void Preparation::prepare(step::Change& step, PreparedStep& prepared) {
    auto& wanted = step.wanted;
    keepWhereRejected(wanted, *prepared.service);
    const auto plugin = step.redeploys() ? std::optional(wanted.plugin) : std::nullopt;
    prepared.parts =
        prepared.service->prepare({wanted.config, wanted.setup, plugin, step.newEngine});
    listen(wanted.config, prepared);
}

// Last: whoever connects from here on is to be served.
void Preparation::listen(const ServiceConfig& config, PreparedStep& prepared) {
    prepared.listeners = listeners(config, prepared.service->listeners());
    claim(config.name, prepared.listeners);
    prepared.parts->listenOn(prepared.listeners);
}

Engine::Listeners Preparation::listeners(const ServiceConfig& config,
                                         const Engine::Listeners& own) {
    requireGrantable(config.options.socketOwner);
    auto available = own;
    Engine::Listeners result;
    for (const auto& address : config.options.listen) {
        const auto kept = std::ranges::find_if(
            available, [&](const auto& listener) { return listener->isAt(address); });
        if (kept != available.end()) {
            result.push_back(*kept);
            available.erase(kept);
            continue;
        }
        auto other = handedOver(address);
        const bool used = std::ranges::find(result, other) != result.end();
        result.push_back(other && !used ? std::move(other) : open(address, config));
    }
    return result;
}

Engine::Listeners Preparation::closing() const {
    Engine::Listeners result;
    for (const auto& [name, service] : running_) {
        for (const auto& listener : service->listeners()) {
            const std::pair closed(name, listener->wanted());
            if (std::ranges::find(released_, closed) != released_.end()) result.push_back(listener);
        }
    }
    return result;
}

void Preparation::claim(const std::string& service, const Engine::Listeners& listeners) {
    for (const auto& listener : listeners) {
        const auto [owner, isNew] = owners_.emplace(listener.get(), service);
        if (isNew || owner->second == service) continue;
        throw ListenError("cannot listen on " + toString(listener->bound()) + ": service \"" +
                          owner->second + "\" listens there");
    }
}

std::shared_ptr<Listener> Preparation::handedOver(const ListenAddress& address) const {
    if (address.kind == ListenAddress::Kind::Tcp && address.port == 0) return nullptr;
    for (const auto& listener : closing()) {
        if (listener->isAt(address)) return listener;
    }
    return nullptr;
}

std::shared_ptr<Listener> Preparation::open(const ListenAddress& address,
                                            const ServiceConfig& config) const {
    auto inTheWay = closing();
    std::erase_if(inTheWay, [&](const auto& listener) { return !listener->isInTheWayOf(address); });
    const auto use = inTheWay.empty() ? PortUse::Alone : PortUse::Shared;
    const SharedPorts shared(std::move(inTheWay));
    return std::make_shared<Listener>(address, config.options, *resources_.inherited, config.name,
                                      use);
}

}  // namespace berth::host
