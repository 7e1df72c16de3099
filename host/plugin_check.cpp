// host/plugin_check.cpp
#include "host/plugin_check.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "berth/words.h"
#include "host/plugin/plugin_error.h"
#include "host/service/client_setup.h"

namespace berth::host {
namespace {

// False where the check of the files themselves has a complaint already.
bool hasTlsFiles(const ServiceOptions& options) {
    const auto there = [](const std::filesystem::path& file) {
        return ::access(file.c_str(), R_OK) == 0;
    };
    return there(options.tlsCertificate) && there(options.tlsKey) &&
           (options.tlsClientCa.empty() || there(options.tlsClientCa));
}

Diagnostic complaint(const ServiceConfig& service, std::string code, const std::string& text,
                     std::string suggestion) {
    return {service.section, std::move(code), "service \"" + service.name + "\": " + text,
            std::move(suggestion), service.sectionLine};
}

// What a common key asks for and this machine or build cannot give.
std::vector<Diagnostic> checkOptions(const ServiceConfig& service) {
    std::vector<Diagnostic> diagnostics;
    if (hasTlsFiles(service.options)) {
        try {
            const ClientSetup setup(service.options);
        } catch (const std::exception& error) {
            diagnostics.push_back(complaint(service, "bad-certificate", error.what(), ""));
        }
    }
    return diagnostics;
}

// Loads each plugin for the first service that means it.
class Plugins {
public:
    Plugins(const HostConfig& config, Catalog& catalog)
        : search_(config.host.plugins), catalog_(catalog) {}

    // Throws: PluginError.
    PluginKind of(const ServiceConfig& service) {
        const auto reference = pluginReference(service);
        const auto known = loaded_.find(reference);
        if (known != loaded_.end()) return known->second;
        auto plugin = catalog_.calls().run<PluginKind>(
            "loading it", [&catalog = catalog_, search = search_, reference] {
                return catalog.acquire(reference, search);
            });
        return loaded_.emplace(reference, std::move(plugin)).first->second;
    }

private:
    const PluginSearch search_;
    Catalog& catalog_;
    std::map<PluginReference, PluginKind> loaded_;
};

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

void checkService(const ServiceConfig& service, Plugins& plugins, Catalog& catalog,
                  PluginCheck& result) {
    auto& diagnostics = result.diagnostics;
    std::ranges::move(checkOptions(service), std::back_inserter(diagnostics));
    try {
        const auto plugin = plugins.of(service);
        result.generations.push_back(plugin.generation);
        if (service.options.engine == EngineKind::Fibers &&
            plugin.generation->kind(plugin.kind).execution == abi::Execution::ThreadsOnly) {
            diagnostics.push_back(complaint(
                service, "wrong-engine",
                "its plugin says threadsOnly: its handlers would hold up every client of a loop",
                "remove engine = fibers"));
        }
        auto found = toDiagnostics(
            service, catalog.calls().run<std::vector<SettingIssue>>(
                         "checking its settings", [plugin, settings = service.settings] {
                             return plugin.generation->check(plugin.kind, settings);
                         }));
        std::ranges::move(found, std::back_inserter(diagnostics));
    } catch (const UnknownKind& error) {
        auto mistyped = toDiagnostics(service, mistypedPluginKeys(service));
        if (mistyped.empty()) {
            diagnostics.push_back(complaint(service, "bad-plugin", error.what(), ""));
        }
        std::ranges::move(mistyped, std::back_inserter(diagnostics));
    } catch (const PluginError& error) {
        diagnostics.push_back(complaint(service, "bad-plugin", error.what(), ""));
    }
}

}  // namespace

PluginReference pluginReference(const ServiceConfig& service) {
    return {service.plugin(), service.section.file.parent_path()};
}

PluginCheck checkPlugins(const HostConfig& config, Catalog& catalog) {
    Plugins plugins(config, catalog);
    PluginCheck result;
    for (const auto& service : config.services) checkService(service, plugins, catalog, result);
    return result;
}

PluginCheck checkEverything(const ConfigResult& read, Catalog& catalog) {
    auto result = checkPlugins(read.config, catalog);
    auto& diagnostics = result.diagnostics;
    diagnostics.insert(diagnostics.begin(), read.diagnostics.begin(), read.diagnostics.end());
    std::ranges::stable_sort(diagnostics, {}, [&](const Diagnostic& diagnostic) {
        const auto& position = diagnostic.position;
        return std::tuple(position.file != read.config.file, position.file, position.line);
    });
    return result;
}

}  // namespace berth::host
