// host/config/host_config.h - everything that the ini files say, checked and typed.
#pragma once

#include <time.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "berth/setting_value.h"
#include "host/config/diagnostic.h"
#include "host/config/host_options.h"
#include "host/config/service_options.h"
#include "host/config/setting_origin.h"

namespace berth::host {

// One section [service:NAME].
struct ServiceConfig {
    std::string name;
    ServiceOptions options;
    std::vector<SettingValue> settings;  // the plugin's own keys
    std::vector<SettingOrigin> origins;  // of `settings`, index by index
    std::map<std::string, SettingOrigin, std::less<>> commonOrigins;  // of the keys of `options`
    SourcePosition section;
    std::string sectionLine;

    // The kind or path of its plugin: options.plugin, else the name.
    [[nodiscard]] const std::string& plugin() const noexcept {
        return options.plugin.empty() ? name : options.plugin;
    }
};

struct HostConfig {
    std::filesystem::path file;
    timespec readAt{};  // before any file was read, by CLOCK_REALTIME_COARSE
    HostOptions host;
    ControlOptions control;
    std::vector<ServiceConfig> services;  // in the order of the files
};

struct ConfigResult {
    HostConfig config;                    // to be used only when there are no diagnostics
    std::vector<Diagnostic> diagnostics;  // every error of every file, in order

    [[nodiscard]] bool good() const noexcept { return diagnostics.empty(); }
};

// Reads the file and its includes and checks all but the plugins' own keys. Reads files, binds
// nothing. Never throws for what the files contain or for files that cannot be read.
[[nodiscard]] ConfigResult loadHostConfig(const std::filesystem::path& file);

// Something that is wrong with the value of one of the keys that every service has; the section is
// blamed when the key is not there.
[[nodiscard]] Diagnostic complaint(const ServiceConfig& service, std::string_view key,
                                   std::string code, const std::string& text,
                                   std::string suggestion = {});

// Issues that a plugin found among `service.settings`, as diagnostics with their places. What a
// plugin says of an unknown key is made better with the common keys: `lisen` was meant as `listen`.
[[nodiscard]] std::vector<Diagnostic> toDiagnostics(
    const ServiceConfig& service, const std::vector<SettingIssue>& issues,
    const std::vector<FieldDescription>& fields = {});

}  // namespace berth::host
