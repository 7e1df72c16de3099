// host/change/plan.cpp
#include "host/change/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "host/base/phrases.h"

namespace berth::host {
namespace {

// Whether another value is put in force in place.
bool inPlace(const std::string& key) {
    const auto& structural = ServiceOptions::marks().structural;
    return std::ranges::find(structural, key) == structural.end();
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

bool serves(const RunningView* running) {
    return running != nullptr && running->state == ServiceState::Serving;
}

// None when it does not serve.
std::vector<ListenAddress> addressesOf(const RunningView& running) {
    return serves(&running) ? running.config.options.listen : std::vector<ListenAddress>();
}

step::Change changeFor(const RunningView& running, const ResolvedService& wanted) {
    const auto& before = running.config.options;
    const auto& after = wanted.config.options;
    step::Change step{.wanted = wanted,
                      .retuned = changedOptions(before, after, inPlace),
                      .causes = changedSettings(running.config.settings, wanted.config.settings),
                      .opened = missing(after.listen, before.listen),
                      .closed = missing(before.listen, after.listen),
                      .newEngine = before.engine != after.engine || before.threads != after.threads,
                      .open = running.open};
    if (running.config.plugin() != wanted.config.plugin()) {
        step.causes.emplace_back("plugin");
    } else if (running.version && running.version->generation != wanted.plugin.generation) {
        step.causes.emplace_back("plugin file");
    }
    return step;
}

PlanStep stepFor(const RunningView* running, const ResolvedService& wanted, bool stopped) {
    const bool enabled = wanted.config.options.enabled;
    if (stopped && !serves(running) && enabled) return step::Keep{wanted, true};
    if (!serves(running)) {
        const bool ends = running != nullptr && running->state == ServiceState::Draining;
        if (enabled) return step::Start{wanted};
        if (!ends) return step::Keep{wanted};
    }
    if (!enabled) return step::Stop{wanted.config, addressesOf(*running), running->open};
    auto change = changeFor(*running, wanted);
    if (change.nothing()) return step::Keep{wanted};
    return change;
}

std::string addressList(const std::vector<ListenAddress>& addresses) {
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(toString(address));
    return commaList(texts);
}

std::string lineOf(const step::Keep& step) {
    const auto& name = step.wanted.config.name;
    if (!step.staysStopped) return "keep " + name;
    return "keep " + name + ": it stays stopped, by an operator; start " + name + " serves again";
}

std::string lineOf(const step::Start& step) {
    const auto& config = step.wanted.config;
    return "start " + config.name + ": " + config.plugin() + " on " +
           addressList(config.options.listen);
}

std::string lineOf(const step::Change& step) {
    auto parts = step.retuned;
    if (!step.opened.empty()) parts.push_back("open " + addressList(step.opened));
    if (!step.closed.empty()) parts.push_back("close " + addressList(step.closed));
    if (step.newEngine) parts.emplace_back("new engine");
    if (step.redeploys()) {
        parts.push_back("restart for " + commaList(step.causes) + " (" +
                        counted(step.open, "connection") + " drain)");
    }
    return "change " + step.wanted.config.name + ": " + commaList(parts);
}

std::string lineOf(const step::Stop& step) {
    return "stop " + step.wanted.name + ": " + counted(step.open, "connection") + " drain";
}

std::string lineOf(const step::Remove& step) {
    return "remove " + step.running.name + ": " + counted(step.open, "connection") + " drain";
}

bool keeps(const PlanStep& step) {
    return std::holds_alternative<step::Keep>(step);
}

bool isWorthALine(const PlanStep& step) {
    const auto* keep = std::get_if<step::Keep>(&step);
    return keep == nullptr || keep->staysStopped;
}

}  // namespace

bool step::Change::nothing() const noexcept {
    return retuned.empty() && opened.empty() && closed.empty() && causes.empty() && !newEngine;
}

const ServiceConfig& configOf(const PlanStep& step) noexcept {
    if (const auto* stop = std::get_if<step::Stop>(&step)) return stop->wanted;
    if (const auto* remove = std::get_if<step::Remove>(&step)) return remove->running;
    if (const auto* start = std::get_if<step::Start>(&step)) return start->wanted.config;
    if (const auto* change = std::get_if<step::Change>(&step)) return change->wanted.config;
    return std::get<step::Keep>(step).wanted.config;
}

const std::vector<ListenAddress>& closedBy(const PlanStep& step) noexcept {
    static const std::vector<ListenAddress> none;
    if (const auto* change = std::get_if<step::Change>(&step)) return change->closed;
    if (const auto* stop = std::get_if<step::Stop>(&step)) return stop->closed;
    if (const auto* remove = std::get_if<step::Remove>(&step)) return remove->closed;
    return none;
}

std::string lineOf(const PlanStep& step) {
    return std::visit([](const auto& each) { return lineOf(each); }, step);
}

bool Plan::changesNothing() const noexcept {
    return changes() == 0;
}

std::size_t Plan::changes() const noexcept {
    return steps.size() - static_cast<std::size_t>(std::ranges::count_if(steps, keeps));
}

std::vector<std::string> Plan::lines() const {
    std::vector<std::string> lines;
    for (const auto& step : steps) {
        if (isWorthALine(step)) lines.push_back(lineOf(step));
    }
    return lines;
}

Plan makePlan(const std::vector<RunningView>& running, const std::vector<ResolvedService>& wanted,
              const ServiceNames& stopped) {
    std::set<std::string_view> kept;
    for (const auto& service : wanted) kept.insert(service.config.name);
    std::map<std::string_view, const RunningView*> views;
    for (const auto& view : running) views.emplace(view.config.name, &view);

    Plan plan;
    for (const auto& view : running) {
        if (kept.contains(view.config.name)) continue;
        plan.steps.emplace_back(step::Remove{view.config, addressesOf(view), view.open});
    }
    for (const auto& service : wanted) {
        const auto& name = service.config.name;
        const auto found = views.find(name);
        plan.steps.push_back(stepFor(found == views.end() ? nullptr : found->second, service,
                                     stopped.contains(name)));
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
