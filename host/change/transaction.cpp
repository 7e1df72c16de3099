// host/change/transaction.cpp
#include "host/change/transaction.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "host/base/want_of_memory.h"
#include "host/plugin/probation_mark.h"

namespace berth::host {

void Transaction::prepare(std::vector<PreparedStep>& steps) {
    for (auto& prepared : steps) {
        prepared.config = configOf(prepared.step);
        if (services_.find(prepared.service->name()) == nullptr) {
            prepareNew(prepared);
        } else if (prepared.replacing()) {
            prepareReplacing(prepared);
        }
    }
}

// Nobody sees it before the commit.
void Transaction::prepareNew(const PreparedStep& prepared) {
    const auto& service = prepared.service;
    added_.emplace(service->name(), service);
    const auto* keep = std::get_if<step::Keep>(&prepared.step);
    if (keep != nullptr && keep->staysStopped) {
        service->setState(ServiceState::Stopped, kStoppedByOperator);
    }
}

void Transaction::prepareReplacing(PreparedStep& prepared) {
    const auto& service = prepared.service;
    prepared.retired = retired_.prepare(service);
    if (!service->version() || !prepared.parts->version()) return;
    if (prepared.config.options.probation.none()) return;
    prepared.before = service->config();
    prepared.trial = canaries_.prepare(service, prepared.config.options);
}

std::vector<std::string> Transaction::commit(std::vector<PreparedStep>& steps) noexcept {
    for (const auto& prepared : steps) letGo(prepared);
    for (auto& prepared : steps) take(prepared);
    services_.add(std::move(added_));
    return std::move(notes_);
}

void Transaction::letGo(const PreparedStep& prepared) noexcept {
    auto& service = *prepared.service;
    if (std::holds_alternative<step::Stop>(prepared.step) ||
        std::holds_alternative<step::Remove>(prepared.step)) {
        static_cast<void>(canaries_.end(service));
        service.close();
    }
    const auto* change = std::get_if<step::Change>(&prepared.step);
    if (change != nullptr && !change->closed.empty()) service.listenOnly(prepared.listeners);
}

void Transaction::take(PreparedStep& prepared) noexcept {
    prepared.replaced = prepared.service->version();
    std::visit([&](const auto& step) { take(step, prepared); }, prepared.step);
}

void Transaction::take(const step::Keep&, PreparedStep& prepared) noexcept {
    if (prepared.parts) return prepared.parts->commit();
    disable(prepared);
    prepared.service->setState(ServiceState::Disabled, kDisabled);
}

void Transaction::disable(PreparedStep& prepared) noexcept {
    services_.forgetStopped(prepared.service->name());
    prepared.service->replaceConfig(std::move(prepared.config));
}

void Transaction::serve(PreparedStep& prepared) noexcept {
    retune(prepared);
    watchNew(prepared);
    prepared.parts->commit();
}

void Transaction::retune(const PreparedStep& prepared) noexcept {
    for (const auto& listener : prepared.listeners) {
        try {
            listener->retune(prepared.config.options);
        } catch (const std::exception& error) {
            ifMemoryAllows([&] {
                notes_.push_back(prepared.service->name() + ": " + error.what() +
                                 "; it goes on as it was");
                log_.warning(notes_.back());  // a start shows no notes
            });
        }
    }
}

void Transaction::watchNew(PreparedStep& prepared) noexcept {
    const auto tried = prepared.parts->version();
    if (!tried) return;
    // One that is still on probation is no place to go back to.
    auto previous = canaries_.end(*prepared.service);
    if (!previous) previous = {prepared.service->version(), std::move(prepared.before)};
    if (!previous->version || prepared.trial.empty()) return;
    if (tried->generation == previous->version->generation) return;
    auto mark =
        markOf(prepared.service->name(), *tried->generation, *previous->version->generation);
    canaries_.begin(std::move(prepared.trial), *prepared.parts, *std::move(previous),
                    std::move(mark));
}

std::unique_ptr<ProbationMark> Transaction::markOf(const std::string& service,
                                                   const Generation& tried,
                                                   const Generation& before) noexcept {
    try {
        return std::make_unique<ProbationMark>(tried.stagedPath().parent_path(), service, tried,
                                               before);
    } catch (const std::exception& error) {
        ifMemoryAllows([&] {
            log_.warning(service +
                         ": a crash during its probation could not be told at the next start: " +
                         error.what());
        });
        return nullptr;
    }
}

}  // namespace berth::host
