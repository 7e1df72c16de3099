// host/change/resolution.h - what a configuration means: each service with the plugin and the
// certificates that it names, looked at once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "host/config/diagnostic.h"
#include "host/config/host_config.h"
#include "host/plugin/catalog.h"
#include "host/service/client_setup.h"
#include "host/service/running_service.h"

namespace berth::host {

// A service and what it needs, held: what was checked is what serves.
struct ResolvedService {
    ServiceConfig config;
    PluginKind plugin;
    std::shared_ptr<const ClientSetup> setup;
};

struct Resolution {
    std::vector<ResolvedService> services;
    std::vector<Diagnostic> diagnostics;  // the services are whole only when there are none
};

// The plugin that a service's section means.
[[nodiscard]] PluginReference pluginReference(const ServiceConfig& service);

// A version that failed its probation is not tried again before its file changes: when that is what
// is wanted, it is from here on what serves, if the service serves. Requires: the plugin is
// resolved.
void keepWhereRejected(ResolvedService& wanted, const RunningService& running);

// Loads each plugin that services name, once for all of them, and lets it check their settings; its
// answer to one service goes for all that have the same. Makes no service, binds nothing.
//
// Threads: one. Lifetime: the catalog outlives it.
class Resolver {
public:
    Resolver(const HostOptions& host, Catalog& catalog);

    // Throws: PluginError or std::runtime_error, with the service's name in the text.
    [[nodiscard]] ResolvedService resolve(const ServiceConfig& service);
    // All of them, disabled ones too, with every error in their plugins' own keys.
    [[nodiscard]] Resolution resolveAll(const std::vector<ServiceConfig>& services);
    // The same together with what the files themselves have wrong, by file and line.
    [[nodiscard]] Resolution resolveAll(const ConfigResult& read);

private:
    struct CheckedSettings {
        std::vector<SettingIssue> issues;
        std::vector<FieldDescription> fields;  // only where there are issues
    };
    using CheckedKey = std::tuple<const Generation*, std::string, std::vector<SettingValue>>;

    void resolve(const ServiceConfig& service, Resolution& result);
    void takeSetup(ResolvedService& resolved, Resolution& result) const;
    void takePlugin(ResolvedService& resolved, Resolution& result);
    // Throws: PluginError.
    [[nodiscard]] PluginKind load(const PluginReference& reference);
    // Throws: PluginError.
    [[nodiscard]] const CheckedSettings& check(const PluginKind& plugin,
                                               const std::vector<SettingValue>& settings);

    const PluginSearch search_;
    Catalog& catalog_;
    std::map<PluginReference, PluginKind> loaded_;
    std::map<CheckedKey, CheckedSettings> checked_;
    bool filesAreBlamed_ = false;  // what the files have wrong is told already
};

}  // namespace berth::host
