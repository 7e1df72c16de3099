// host/operate/host_service_control.cpp
#include "host/operate/host_service_control.h"

#include <algorithm>
#include <utility>

#include "berth/words.h"
#include "host/base/phrases.h"
#include "host/change/failures.h"
#include "host/config/foreign_keys.h"
#include "host/service/hang_report.h"

namespace berth::host {
namespace {

using Clock = RunningService::Clock;
using Turn = ChangeTurns::Turn;

ChangeResult notLive(std::string_view key) {
    const auto& live = ServiceOptions::marks().live;
    auto hint = foreignServiceKey(key);
    if (const auto meant = closestWord(key, live); hint.empty() && meant) {
        hint = "did you mean \"" + *meant + "\"?";
    }
    if (hint.empty()) hint = "change other keys in the file and reload";
    return ChangeResult::failure(
        ChangeError::BadValue,
        "set does not change \"" + std::string(key) + "\", only " + commaList(live) + "; " + hint);
}

// Throws: ValueError.
void put(ServiceOptions& options, std::string_view key, std::string_view value,
         const std::filesystem::path& file) {
    const Schema<ServiceOptions> schema;
    const auto field = std::ranges::find(schema.fields(), key, [](const auto& candidate) {
        return std::string_view(candidate.description.key);
    });
    field->put(&options, {}, {value, file});
}

// All of its listeners, or none.
std::optional<ChangeResult> retune(const RunningService& service, const ListenOptions& before,
                                   const ListenOptions& after) {
    const auto listeners = service.listeners();
    try {
        for (const auto& listener : listeners) listener->retune(after);
        return std::nullopt;
    } catch (const ListenError& error) {
        auto failure = ChangeResult::failure(ChangeError::Address, error.what());
        try {
            for (const auto& listener : listeners) listener->retune(before);
        } catch (const ListenError& again) {
            failure.lines.push_back(std::string("the old value is not put back: ") + again.what());
        }
        return failure;
    }
}

bool serves(const RunningService& service) {
    return service.state() == ServiceState::Serving;
}

}  // namespace

ChangeResult HostServiceControl::change(
    std::string_view name, const std::function<ChangeResult(const ServicePtr&)>& change) {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    const auto service = services_.find(name);
    return service ? change(service) : notFound(name);
}

ChangeResult HostServiceControl::notFound(std::string_view name) const {
    auto text = "no service named \"" + std::string(name) + "\"";
    if (const auto closest = closestWord(name, services_.names()))
        text += "; did you mean \"" + *closest + "\"?";
    return ChangeResult::failure(ChangeError::NotFound, std::move(text));
}

ChangeResult HostServiceControl::serve(const ServicePtr& service, std::string done,
                                       const std::function<PlanStep(ResolvedService)>& step) {
    auto config = service->config();
    config.options.enabled = true;
    Plan plan;
    auto failure = failureOf([&] {
        auto resolver = reconciler_.resolver(reconciler_.configuration().host);
        plan.steps.push_back(step(resolver.resolve(config)));
    });
    if (failure) return *std::move(failure);
    auto result = reconciler_.carryOut(plan);
    if (!result.ok()) return result;
    services_.forgetStopped(service->name());
    result.text = std::move(done);
    return result;
}

ChangeResult HostServiceControl::reload(bool allowEmpty) {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    return Reload(reconciler_, logs_).run(allowEmpty);
}

ChangeResult HostServiceControl::planReload() {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    return Reload(reconciler_, logs_).plan();
}

ChangeResult HostServiceControl::start(std::string_view name) {
    return change(name, [&](const ServicePtr& service) {
        if (serves(*service)) {
            return ChangeResult::success(service->name() + " is serving already");
        }
        return serve(service, service->name() + " is serving",
                     [](ResolvedService wanted) { return step::Start{std::move(wanted)}; });
    });
}

ChangeResult HostServiceControl::restart(std::string_view name) {
    return change(name, [&](const ServicePtr& service) {
        const auto restarted = [&](ResolvedService wanted) -> PlanStep {
            if (!serves(*service)) return step::Start{std::move(wanted)};
            return step::Change{
                .wanted = std::move(wanted), .causes = {"operator"}, .open = service->open()};
        };
        return serve(service, service->name() + " is serving anew", restarted);
    });
}

ChangeResult HostServiceControl::stop(std::string_view name) {
    return change(name, [&](const ServicePtr& service) {
        services_.keepStopped(name);
        const auto deadline = Clock::now() + service->config().options.drainTimeout;
        auto line = reconciler_.drain().stop(*service, kStoppedByOperator, deadline);
        if (service->state() != ServiceState::Stopped)
            return ChangeResult::failure(ChangeError::Failed, line);
        std::vector<std::string> lines;
        if (!line.empty()) lines.push_back(std::move(line));
        return ChangeResult::success(service->name() + " is stopped", std::move(lines));
    });
}

std::optional<ChangeResult> HostServiceControl::closeForDrain(std::string_view name,
                                                              ServiceMap& chosen) {
    const Turn turn(turns_);
    if (turn.refused()) return *turn.refused();
    if (name.empty()) {
        chosen = services_.all();
    } else if (auto service = services_.find(name)) {
        chosen.emplace(name, std::move(service));
    } else {
        return notFound(name);
    }
    std::erase_if(chosen, [](const auto& entry) {
        const auto state = entry.second->state();
        return state != ServiceState::Serving && state != ServiceState::Draining;
    });
    for (const auto& [key, service] : chosen) {
        services_.keepStopped(key);
        service->close();
    }
    return std::nullopt;
}

ChangeResult HostServiceControl::drain(std::string_view name, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    ServiceMap chosen;
    if (auto refused = closeForDrain(name, chosen)) return *std::move(refused);
    // The wait can be long: other changes go on meanwhile.
    std::vector<std::string> left;
    for (const auto& [key, service] : chosen) {
        if (service->waitIdle(deadline)) continue;
        left.push_back(key + ": " + std::to_string(service->open()) + " open");
    }
    const auto turn = turns_.take();
    for (const auto& [key, service] : chosen) {
        if (service->state() != ServiceState::Draining) continue;  // started again meanwhile
        service->settle(Clock::now(), "drained by an operator");
    }
    if (left.empty()) return ChangeResult::success("drained");
    return ChangeResult::failure(
        ChangeError::Timeout, "not drained within the limit; it goes on draining", std::move(left));
}

ChangeResult HostServiceControl::set(std::string_view name, std::string_view key,
                                     std::string_view value) {
    return change(name, [&](const ServicePtr& service) {
        const auto& live = ServiceOptions::marks().live;
        if (std::ranges::find(live, key) == live.end()) return notLive(key);
        auto config = service->config();
        const auto before = config.options;
        try {
            put(config.options, key, value, config.section.file);
        } catch (const ValueError& error) {
            return ChangeResult::failure(ChangeError::BadValue,
                                         std::string(key) + ": " + error.what());
        }
        const auto all = [](const std::string&) { return true; };
        auto done = ChangeResult::success(service->name() + ": set until the next reload",
                                          changedOptions(before, config.options, all));
        const auto prepared = service->prepare({config, nullptr});
        if (auto failure = retune(*service, before, config.options)) return *std::move(failure);
        prepared->commit();
        return done;
    });
}

ChangeResult HostServiceControl::killConnection(std::uint64_t id) {
    for (const auto& [name, service] : services_.all()) {
        if (!service->cut(id, CutReason::Killed)) continue;
        auto left = waitEnded(*service, {id}, hangs_);
        const auto connection = "connection " + std::to_string(id) + " of " + name;
        if (left.empty()) return ChangeResult::success("killed " + connection);
        return ChangeResult::failure(
            ChangeError::Timeout, connection + " is cut, but its handler goes on", std::move(left));
    }
    return ChangeResult::failure(ChangeError::NotFound,
                                 "no open connection has the id " + std::to_string(id));
}

ChangeResult HostServiceControl::killService(std::string_view name) {
    const auto service = services_.find(name);
    if (!service) return notFound(name);
    const auto ids = service->cutAll(CutReason::Killed);
    auto left = waitEnded(*service, ids, hangs_);
    const auto killed =
        "killed " + counted(ids.size() - left.size(), "connection") + " of " + std::string(name);
    if (left.empty()) return ChangeResult::success(killed);
    const auto text = killed + "; " + counted(left.size(), "handler") + " that " +
                      (left.size() == 1 ? "was cut goes on" : "were cut go on");
    return ChangeResult::failure(ChangeError::Timeout, text, std::move(left));
}

}  // namespace berth::host
