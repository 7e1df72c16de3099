// host/plan.cpp
#include "host/plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "host/phrases.h"

namespace berth::host {
namespace {

// Keys that have a part of the plan to themselves; all others are put in force in place.
constexpr std::array<std::string_view, 5> kStructural{"plugin", "listen", "enabled", "engine",
                                                      "threads"};

bool inPlace(const std::string& key) {
    return std::ranges::find(kStructural, key) == kStructural.end();
}

// The addresses of `left` that `right` has not; one listed twice (port 0) counts twice.
std::vector<ListenAddress> missing(const std::vector<ListenAddress>& left,
                                   std::vector<ListenAddress> right) {
    std::vector<ListenAddress> result;
    for (const auto& address : left) {
        const auto found = std::ranges::find(right, address);
        if (found == right.end()) {
            result.push_back(address);
        } else {
            right.erase(found);
        }
    }
    return result;
}

// The plugin's own keys that were added, changed or taken away.
std::vector<std::string> changedSettings(const std::vector<SettingValue>& before,
                                         const std::vector<SettingValue>& after) {
    std::vector<std::string> keys;
    const auto collect = [&](const auto& from, const auto& in) {
        for (const auto& value : from) {
            const auto same = std::ranges::any_of(in, [&](const SettingValue& other) {
                return other.key == value.key && other.text == value.text &&
                       other.directory == value.directory;
            });
            if (!same && std::ranges::find(keys, value.key) == keys.end()) {
                keys.push_back(value.key);
            }
        }
    };
    collect(after, before);
    collect(before, after);
    return keys;
}

PlanStep startStep(const ServiceConfig& wanted) {
    PlanStep step;
    step.action = wanted.options.enabled ? PlanStep::Action::Start : PlanStep::Action::Keep;
    step.name = wanted.name;
    step.wanted = wanted;
    if (wanted.options.enabled) {
        step.opened = wanted.options.listen;
        step.causes = {"start"};
        step.newEngine = true;
    }
    return step;
}

PlanStep stopStep(const RunningView& running, PlanStep::Action action) {
    PlanStep step;
    step.action = action;
    step.name = running.config.name;
    step.wanted = running.config;
    if (running.state == ServiceState::Serving) step.closed = running.config.options.listen;
    step.open = running.open;
    return step;
}

PlanStep changeStep(const RunningView& running, const ServiceConfig& wanted) {
    PlanStep step;
    step.name = wanted.name;
    step.wanted = wanted;
    step.open = running.open;
    // What serves goes on, and is told as what is in force.
    if (running.pluginRejected) step.wanted.options.plugin = running.config.options.plugin;
    const auto& before = running.config.options;
    const auto& after = wanted.options;
    step.retuned = changedOptions(before, after, inPlace);
    step.opened = missing(after.listen, before.listen);
    step.closed = missing(before.listen, after.listen);
    step.newEngine = before.engine != after.engine || before.threads != after.threads;
    step.causes = changedSettings(running.config.settings, wanted.settings);
    if (running.config.plugin() != step.wanted.plugin()) {
        step.causes.emplace_back("plugin");
    } else if (running.pluginChanged) {
        step.causes.emplace_back("plugin file");
    }
    const bool same = step.retuned.empty() && step.opened.empty() && step.closed.empty() &&
                      step.causes.empty() && !step.newEngine;
    step.action = same ? PlanStep::Action::Keep : PlanStep::Action::Change;
    return step;
}

PlanStep stepFor(const RunningView* running, const ServiceConfig& wanted) {
    if (running == nullptr) return startStep(wanted);
    if (running->state != ServiceState::Serving &&
        (wanted.options.enabled || running->state != ServiceState::Draining)) {
        return startStep(wanted);
    }
    if (!wanted.options.enabled) {
        auto step = stopStep(*running, PlanStep::Action::Stop);
        step.wanted = wanted;
        return step;
    }
    return changeStep(*running, wanted);
}

std::string addressList(const std::vector<ListenAddress>& addresses) {
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(toString(address));
    return commaList(texts);
}

std::string changeText(const PlanStep& step) {
    std::vector<std::string> parts = step.retuned;
    if (!step.opened.empty()) parts.push_back("open " + addressList(step.opened));
    if (!step.closed.empty()) parts.push_back("close " + addressList(step.closed));
    if (step.newEngine) parts.emplace_back("new engine");
    if (step.redeploys()) {
        parts.push_back("restart for " + commaList(step.causes) + " (" +
                        counted(step.open, "connection") + " drain)");
    }
    return commaList(parts);
}

}  // namespace

std::string PlanStep::line() const {
    switch (action) {
        case Action::Start:
            return "start " + name + ": " + wanted.plugin() + " on " + addressList(opened);
        case Action::Stop:
            return "stop " + name + ": " + counted(open, "connection") + " drain";
        case Action::Remove:
            return "remove " + name + ": " + counted(open, "connection") + " drain";
        case Action::Change:
            return "change " + name + ": " + changeText(*this);
        case Action::Keep:
            break;
    }
    return "keep " + name;
}

bool Plan::changesNothing() const noexcept {
    return std::ranges::all_of(
        steps, [](const PlanStep& step) { return step.action == PlanStep::Action::Keep; });
}

std::vector<std::string> Plan::lines() const {
    std::vector<std::string> lines;
    for (const auto& step : steps) {
        if (step.action != PlanStep::Action::Keep) lines.push_back(step.line());
    }
    return lines;
}

Plan makePlan(const std::vector<RunningView>& running, const std::vector<ServiceConfig>& wanted) {
    std::set<std::string_view> kept;
    for (const auto& config : wanted) kept.insert(config.name);
    std::map<std::string_view, const RunningView*> views;
    for (const auto& view : running) views.emplace(view.config.name, &view);

    Plan plan;
    for (const auto& view : running) {
        if (!kept.contains(view.config.name)) {
            plan.steps.push_back(stopStep(view, PlanStep::Action::Remove));
        }
    }
    for (const auto& config : wanted) {
        const auto found = views.find(config.name);
        plan.steps.push_back(stepFor(found == views.end() ? nullptr : found->second, config));
    }
    return plan;
}

std::vector<std::string> changedOptions(const ServiceOptions& before, const ServiceOptions& after,
                                        const std::function<bool(const std::string&)>& chosen) {
    static const Schema<ServiceOptions> schema;
    std::vector<std::string> changes;
    for (const auto& field : schema.fields()) {
        if (!chosen(field.description.key) || !field.format) continue;
        const auto old = field.format(&before);
        const auto now = field.format(&after);
        if (old != now) {
            changes.push_back(field.description.key + " " + (old.empty() ? "none" : old) + " -> " +
                              (now.empty() ? "none" : now));
        }
    }
    return changes;
}

}  // namespace berth::host
