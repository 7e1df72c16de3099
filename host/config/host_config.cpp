// host/config/host_config.cpp - turns the sections of the files into a HostConfig.
#include "host/config/host_config.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "host/config/address_conflicts.h"
#include "host/config/config_files.h"
#include "host/config/key_suggestion.h"
#include "host/config/section_settings.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

std::set<std::string> keysOf(const SchemaBase& schema) {
    std::set<std::string> keys;
    for (const auto& field : schema.descriptions()) keys.insert(field.key);
    return keys;
}

void makeAbsolute(fs::path& path, const fs::path& directory) {
    path = (directory / path).lexically_normal();
}

// The same for a key that takes a word or a path.
void makeAbsolute(std::string& path, const fs::path& directory) {
    if (path.empty() || path == "stderr" || path == "syslog") return;
    path = (directory / path).lexically_normal().string();
}

class Loader {
public:
    explicit Loader(const fs::path& file) : directory_(folderOf(file)) { config_.file = file; }

    ConfigResult load() {
        ::clock_gettime(CLOCK_REALTIME_COARSE, &config_.readAt);
        const auto [files, sections] = readConfigFiles(config_.file, diagnostics_);
        host_.section.file = control_.section.file = config_.file;
        for (const auto& section : sections) readSection(section);
        config_.host = parse(Schema<HostOptions>(), host_);
        config_.control = parse(Schema<ControlOptions>(), control_);
        fillDefaults();
        findAddressConflicts();
        sortByPlace(files);
        return {std::move(config_), std::move(diagnostics_)};
    }

private:
    void readSection(const IniSection& section) {
        if (section.name == "host") {
            host_ = allOf(section);
        } else if (section.name == "control") {
            control_ = allOf(section);
        } else {
            readService(section);
        }
    }

    void readService(const IniSection& section) {
        auto common = settingsOf(section);
        auto own = settingsOf(section);
        const auto directory = folderOf(section.position.file);
        for (const auto& entry : section.entries) {
            add(commonKeys_.contains(entry.key) ? common : own, entry, directory);
        }
        auto options = parse(serviceSchema_, common);
        if (options.enabled) {
            append(serviceAddresses_,
                   addressUses(options.listen, "[" + section.name + "]", common));
        }
        std::map<std::string, SettingOrigin, std::less<>> places;
        for (std::size_t i = 0; i < common.values.size(); ++i) {
            places.emplace(common.values[i].key, common.origins[i]);
        }
        config_.services.push_back({.name = section.name.substr(kServicePrefix.size()),
                                    .options = std::move(options),
                                    .settings = std::move(own.values),
                                    .origins = std::move(own.origins),
                                    .commonOrigins = std::move(places),
                                    .section = section.position,
                                    .sectionLine = section.sourceLine});
    }

    SectionSettings allOf(const IniSection& section) const {
        auto settings = settingsOf(section);
        for (const auto& entry : section.entries) add(settings, entry, directory_);
        return settings;
    }

    template <class Options>
    Options parse(const Schema<Options>& schema, const SectionSettings& settings) {
        std::vector<SettingIssue> issues;
        auto options = parseSettings(schema, settings.values, issues);
        suggestKeys(settings.values, issues);
        append(diagnostics_, toDiagnostics(settings, issues));
        return options;
    }

    void fillDefaults() {
        auto& host = config_.host;
        for (auto& folder : host.plugins) makeAbsolute(folder, directory_);
        makeAbsolute(host.state, directory_);
        makeAbsolute(host.log, directory_);
        makeAbsolute(host.auditLog, directory_);

        auto& control = config_.control;
        if (control_.find("listen") == control_.values.size()) {
            control.listen = {
                {.host = "127.0.0.1", .port = 7400},
                {.kind = ListenAddress::Kind::Unix, .path = host.state / "control.sock"}};
        }
        if (control.tokenFile.empty()) control.tokenFile = host.state / "control.token";
    }

    // The control port goes first: it is a service that has to give way.
    void findAddressConflicts() {
        auto uses = addressUses(config_.control.listen, "[control]", control_);
        append(uses, std::move(serviceAddresses_));
        append(diagnostics_, findConflicts(uses));
    }

    // As a reader of the files would come upon them.
    void sortByPlace(const std::vector<fs::path>& files) {
        std::map<fs::path, std::size_t> order;
        for (const auto& file : files) order.emplace(file, order.size());
        std::ranges::stable_sort(diagnostics_, {}, [&order](const Diagnostic& diagnostic) {
            const auto& position = diagnostic.position;
            const auto found = order.find(position.file);
            return std::tuple(found == order.end() ? order.size() : found->second, position.line,
                              position.column);
        });
    }

    template <class T>
    static void append(std::vector<T>& all, std::vector<T> more) {
        for (auto& one : more) all.push_back(std::move(one));
    }

    HostConfig config_;
    std::vector<Diagnostic> diagnostics_;
    const fs::path directory_;
    SectionSettings host_;
    SectionSettings control_;
    std::vector<AddressUse> serviceAddresses_;
    // Made once: a host may have a thousand services.
    const Schema<ServiceOptions> serviceSchema_;
    const std::set<std::string> commonKeys_ = keysOf(serviceSchema_);
};

}  // namespace

ConfigResult loadHostConfig(const fs::path& file) {
    return Loader(file).load();
}

Diagnostic complaint(const ServiceConfig& service, std::string_view key, std::string code,
                     const std::string& text, std::string suggestion) {
    const auto place = service.commonOrigins.find(key);
    const bool known = place != service.commonOrigins.end();
    return {.position = known ? valuePosition(place->second, 0, 0) : service.section,
            .code = std::move(code),
            .message = "service \"" + service.name + "\": " + text,
            .suggestion = std::move(suggestion),
            .sourceLine = known ? place->second.sourceLine : service.sectionLine};
}

std::vector<Diagnostic> toDiagnostics(const ServiceConfig& service,
                                      const std::vector<SettingIssue>& issues,
                                      const std::vector<FieldDescription>& fields) {
    auto improved = issues;
    suggestServiceKeys(service.settings, improved);
    return toDiagnostics(SectionSettings{.values = service.settings,
                                         .origins = service.origins,
                                         .section = service.section,
                                         .sectionLine = service.sectionLine},
                         improved, fields);
}

}  // namespace berth::host
