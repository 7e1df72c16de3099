// host/change/transaction.cpp
#include "host/change/transaction.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "host/listen/listen_error.h"
#include "host/plugin/probation_mark.h"

namespace berth::host {

std::vector<std::string> Transaction::commit(std::vector<PreparedStep>& steps) {
    for (const auto& prepared : steps) letGo(prepared);
    for (auto& prepared : steps) {
        take(prepared);
        services_.put(prepared.service);
    }
    return std::move(notes_);
}

void Transaction::letGo(const PreparedStep& prepared) {
    auto& service = *prepared.service;
    if (std::holds_alternative<step::Stop>(prepared.step) ||
        std::holds_alternative<step::Remove>(prepared.step)) {
        static_cast<void>(canaries_.end(service));
        service.close();
    }
    const auto* change = std::get_if<step::Change>(&prepared.step);
    if (change == nullptr || change->closed.empty()) return;
    auto kept = service.listeners();
    std::erase_if(kept, [&](const auto& listener) {
        return std::ranges::find(prepared.listeners, listener) == prepared.listeners.end();
    });
    service.listenOnly(kept);
}

void Transaction::take(PreparedStep& prepared) {
    prepared.replaced = prepared.service->version();
    std::visit([&](const auto& step) { take(step, prepared); }, prepared.step);
}

void Transaction::take(const step::Keep& step, PreparedStep& prepared) {
    const auto& config = step.wanted.config;
    auto& service = *prepared.service;
    if (!config.options.enabled) {
        services_.keepStopped(config.name, false);
        service.replaceConfig(config);
        service.setState(ServiceState::Disabled, "enabled = off");
        return;
    }
    // The files may hold another certificate under the same names.
    service.retune(config, step.wanted.setup);
    if (step.staysStopped && services_.find(config.name) == nullptr) {
        service.setState(ServiceState::Stopped, kStoppedByOperator);
    }
}

void Transaction::take(const step::Start& step, PreparedStep& prepared) {
    serve(step.wanted.config, prepared);
}

void Transaction::take(const step::Change& step, PreparedStep& prepared) {
    serve(step.wanted.config, prepared);
}

void Transaction::take(const step::Stop& step, PreparedStep& prepared) {
    services_.keepStopped(step.wanted.name, false);
    prepared.service->replaceConfig(step.wanted);
}

void Transaction::serve(const ServiceConfig& config, PreparedStep& prepared) {
    retune(config, prepared);
    watchNew(config, prepared);
    prepared.parts->commit();
}

void Transaction::retune(const ServiceConfig& config, const PreparedStep& prepared) {
    for (const auto& listener : prepared.listeners) {
        try {
            listener->retune(config.options);
        } catch (const ListenError& error) {
            notes_.push_back(config.name + ": " + error.what() + "; it goes on as it was");
            log_.warning(notes_.back());  // a start shows no notes
        }
    }
}

void Transaction::watchNew(const ServiceConfig& config, const PreparedStep& prepared) {
    const auto& service = prepared.service;
    const auto tried = prepared.parts->version();
    if (!tried) return;
    // One that is still on probation is no place to go back to.
    auto previous = canaries_.end(*service);
    if (!previous) previous = {service->version(), service->config()};
    if (!previous->version || config.options.probation.none()) return;
    if (tried->generation == previous->version->generation) return;
    std::unique_ptr<ProbationMark> mark;
    try {
        mark = std::make_unique<ProbationMark>(tried->generation->stagedPath().parent_path(),
                                               config.name, *tried->generation,
                                               *previous->version->generation);
    } catch (const std::exception& error) {
        log_.warning(
            config.name +
            ": a crash during its probation could not be told at the next start: " + error.what());
    }
    canaries_.begin(service, *prepared.parts, *std::move(previous), config.options,
                    std::move(mark));
}

}  // namespace berth::host
