// kit/loaded_plugin.cpp
#include "kit/loaded_plugin.h"

#include <algorithm>
#include <utility>

#include "berth/units.h"
#include "host/plugin/plugin_error.h"

namespace berth::kit {
namespace {

using Clock = std::chrono::steady_clock;

std::string missing(const std::vector<FieldDescription>& fields,
                    const std::vector<SettingValue>& values) {
    std::string keys;
    for (const auto& field : fields) {
        const auto given = [&](const SettingValue& value) { return value.key == field.key; };
        if (!field.required || std::ranges::any_of(values, given)) continue;
        keys += (keys.empty() ? "" : " ") + ("--set " + field.key + "=VALUE");
    }
    return keys;
}

}  // namespace

std::shared_ptr<host::Generation> PluginLoader::load() {
    reporter_.at("loading the plugin");
    try {
        return std::make_shared<host::Generation>(
            host::loadPlugin(plan_.file, staging_), ++number_,
            [last = last_](const host::UnloadReport& report) { *last = report; });
    } catch (const host::PluginError& error) {
        throw TestFailed("load", error.what());
    }
}

void PluginLoader::requireSettings(const host::Generation& generation) const {
    reporter_.at("checking the settings");
    try {
        const auto fields = generation.describe(plan_.kind);
        if (const auto keys = missing(fields, plan_.values); !keys.empty()) {
            throw TestFailed("settings", "settings are missing: give " + keys);
        }
        const auto issues = generation.check(plan_.kind, plan_.values);
        if (issues.empty()) return;
        const auto& issue = issues.front();
        const auto key = issue.part == SettingIssue::Part::Section
                             ? std::string()
                             : plan_.values[issue.index].key + ": ";
        throw TestFailed("settings", key + issue.message +
                                         (issue.suggestion.empty() ? "" : "; " + issue.suggestion) +
                                         "; give settings with --set KEY=VALUE");
    } catch (const host::PluginError& error) {
        throw TestFailed("settings", error.what());
    }
}

std::unique_ptr<host::HostedService> PluginLoader::create(
    const std::shared_ptr<host::Generation>& generation, Context& context) const {
    reporter_.at("making a service");
    try {
        return std::make_unique<host::HostedService>(generation, plan_.kind, plan_.values, context);
    } catch (const host::PluginError& error) {
        throw TestFailed("create", error.what());
    }
}

bool PluginLoader::retire(std::unique_ptr<host::HostedService> service) const {
    bool clean = true;
    reporter_.at("stopping the service");
    const auto begin = Clock::now();
    try {
        service->stop();
    } catch (const host::PluginError& error) {
        reporter_.finding("throws-in-stop", std::string(error.what()) +
                                                ": stop() must end everything and throw nothing");
        clean = false;
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    if (took > plan_.patience) {
        reporter_.finding("slow-stop", "stop() took " + formatDuration(took) +
                                           ": wake and join threads at once, a reload waits");
        clean = false;
    }
    reporter_.at("destroying the service");
    service.reset();
    return clean;
}

bool PluginLoader::unload(std::shared_ptr<host::Generation> generation) const {
    reporter_.at("unloading the plugin");
    generation.reset();
    if (last_->unmapped) return true;
    reporter_.finding("unload", "its code stays in the process: " + last_->reason);
    return false;
}

}  // namespace berth::kit
