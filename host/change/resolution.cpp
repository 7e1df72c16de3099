// host/change/resolution.cpp
#include "host/change/resolution.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "berth/detail/require.h"
#include "berth/words.h"
#include "host/change/failures.h"
#include "host/service/tls_options.h"

namespace berth::host {
namespace {

// The keys that were meant as `plugin`, when there is none: without it the service's own name
// is looked for, which is not what is wrong.
std::vector<SettingIssue> mistypedPluginKeys(const ServiceConfig& service) {
    std::vector<SettingIssue> issues;
    if (!service.options.plugin.empty()) return issues;
    for (std::size_t i = 0; i < service.settings.size(); ++i) {
        const auto& key = service.settings[i].key;
        if (!closestWord(key, {"plugin"})) continue;
        issues.push_back({.part = SettingIssue::Part::Key,
                          .index = i,
                          .message = "unknown key \"" + key + "\"",
                          .suggestion = "did you mean \"plugin\"?"});
    }
    return issues;
}

bool holdsUpLoops(const ServiceConfig& service, const PluginKind& plugin) {
    return service.options.engine == EngineKind::Fibers &&
           plugin.generation->kind(plugin.kind).execution == abi::Execution::ThreadsOnly;
}

}  // namespace

PluginReference pluginReference(const ServiceConfig& service) {
    return {service.plugin(), service.section.file.parent_path()};
}

void keepWhereRejected(ResolvedService& wanted, const RunningService& running) {
    BERTH_REQUIRE(wanted.plugin.generation);
    const auto version = running.version();
    if (!version || !running.rejects(wanted.plugin.generation->identity())) return;
    wanted.plugin = {version->generation, version->kind};
    wanted.config.options.plugin = running.config().options.plugin;
}

Resolver::Resolver(const HostOptions& host, Catalog& catalog)
    : search_(host.plugins), catalog_(catalog) {}

PluginKind Resolver::load(const PluginReference& reference) {
    const auto known = loaded_.find(reference);
    if (known != loaded_.end()) return known->second;
    auto plugin = catalog_.calls().runLoading<PluginKind>(
        "loading it", [&catalog = catalog_, search = search_, reference] {
            return catalog.acquire(reference, search);
        });
    return loaded_.emplace(reference, std::move(plugin)).first->second;
}

const Resolver::CheckedSettings& Resolver::check(const PluginKind& plugin,
                                                 const std::vector<SettingValue>& settings) {
    CheckedKey key(plugin.generation.get(), plugin.kind, settings);
    const auto known = checked_.find(key);
    if (known != checked_.end()) return known->second;
    auto checked =
        catalog_.calls().run<CheckedSettings>("checking its settings", [plugin, settings] {
            auto issues = plugin.generation->check(plugin.kind, settings);
            if (issues.empty()) return CheckedSettings();
            return CheckedSettings{std::move(issues), plugin.generation->describe(plugin.kind)};
        });
    return checked_.emplace(std::move(key), std::move(checked)).first->second;
}

ResolvedService Resolver::resolve(const ServiceConfig& service) {
    return named(service.name, [&] {
        ResolvedService resolved{service, {}, std::make_shared<const ClientSetup>(service.options)};
        resolved.plugin = load(pluginReference(service));
        return resolved;
    });
}

Resolution Resolver::resolveAll(const std::vector<ServiceConfig>& services) {
    Resolution result;
    for (const auto& service : services) resolve(service, result);
    return result;
}

Resolution Resolver::resolveAll(const ConfigResult& read) {
    filesAreBlamed_ = !read.good();
    auto result = resolveAll(read.config.services);
    auto& diagnostics = result.diagnostics;
    diagnostics.insert(diagnostics.begin(), read.diagnostics.begin(), read.diagnostics.end());
    std::ranges::stable_sort(diagnostics, {}, [&](const Diagnostic& diagnostic) {
        const auto& position = diagnostic.position;
        return std::tuple(position.file != read.config.file, position.file, position.line);
    });
    return result;
}

void Resolver::resolve(const ServiceConfig& service, Resolution& result) {
    ResolvedService resolved{service, {}, nullptr};
    takeSetup(resolved, result);
    takePlugin(resolved, result);
    result.services.push_back(std::move(resolved));
}

void Resolver::takeSetup(ResolvedService& resolved, Resolution& result) const {
    const auto& service = resolved.config;
    const auto unreadable = unreadableTlsFile(service.options);
    if (!unreadable.empty() && (filesAreBlamed_ || !service.options.enabled)) return;
    try {
        if (!unreadable.empty()) throw std::runtime_error(unreadable);
        resolved.setup = std::make_shared<const ClientSetup>(service.options);
    } catch (const std::exception& error) {
        result.diagnostics.push_back(
            complaint(service, "tls_certificate", "bad-certificate", error.what()));
    }
}

void Resolver::takePlugin(ResolvedService& resolved, Resolution& result) {
    auto& diagnostics = result.diagnostics;
    const auto& service = resolved.config;
    try {
        resolved.plugin = load(pluginReference(service));
        if (holdsUpLoops(service, resolved.plugin)) {
            diagnostics.push_back(complaint(
                service, "engine", "wrong-engine",
                "its plugin says threadsOnly: its handlers would hold up every client of a loop",
                "remove engine = fibers"));
        }
        const auto& checked = check(resolved.plugin, service.settings);
        auto found = toDiagnostics(service, checked.issues, checked.fields);
        std::ranges::move(found, std::back_inserter(diagnostics));
    } catch (const UnknownKind& error) {
        auto mistyped = toDiagnostics(service, mistypedPluginKeys(service));
        if (mistyped.empty()) {
            diagnostics.push_back(complaint(service, "plugin", "bad-plugin", error.what()));
        }
        std::ranges::move(mistyped, std::back_inserter(diagnostics));
    } catch (const PluginError& error) {
        diagnostics.push_back(complaint(service, "plugin", "bad-plugin", error.what()));
    }
}

}  // namespace berth::host
