// host/config/config_files.cpp - reads files in order and accepts or refuses each section.
#include "host/config/config_files.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "host/config/expansion.h"
#include "host/config/include_files.h"
#include "host/config/ini_file.h"
#include "host/config/key_suggestion.h"
#include "host/config/section_settings.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxServiceName = 64;

bool isNameCharacter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

bool isService(const IniSection& section) {
    return section.name.starts_with(kServicePrefix);
}

bool isHostOrControl(const IniSection& section) {
    return section.name == "host" || section.name == "control";
}

class Reader {
public:
    Reader(const fs::path& mainFile, std::vector<Diagnostic>& diagnostics)
        : mainFile_(mainFile), diagnostics_(diagnostics) {}

    ConfigFiles readAll() {
        if (read(mainFile_)) checkAnySection();
        const auto host = std::ranges::find(result_.sections, "host", &IniSection::name);
        if (host != result_.sections.end()) {
            auto settings = settingsOf(*host);
            for (const auto& entry : host->entries) add(settings, entry, folderOf(mainFile_));
            for (const auto& file : includedFiles(settings, mainFile_, diagnostics_)) {
                if (diagnostics_.size() > kMaxIniErrors) break;  // many to mend before the rest
                static_cast<void>(read(file));
            }
        }
        return std::move(result_);
    }

private:
    // False when it cannot be read.
    bool read(const fs::path& file) {
        result_.files.push_back(file);
        auto document = readIniFile(file, diagnostics_);
        if (!document) return false;
        expandEnvironment(*document, diagnostics_);
        for (auto& section : document->sections) {
            if (accept(section)) result_.sections.push_back(std::move(section));
        }
        return true;
    }

    // One that was emptied by mistake says nothing, rather than that nothing is wanted.
    void checkAnySection() {
        if (!result_.sections.empty() || !diagnostics_.empty()) return;
        diagnostics_.push_back({.position = {.file = mainFile_},
                                .code = "no-section",
                                .message = "the file has no section",
                                .suggestion = "it needs at least \"[host]\""});
    }

    bool accept(const IniSection& section) {
        if (isHostOrControl(section)) {
            return section.position.file == mainFile_ ? checkNew(section)
                                                      : refuseMisplaced(section);
        }
        return isService(section) ? checkName(section) && checkNew(section) && checkCount(section)
                                  : refuseUnknown(section);
    }

    bool checkNew(const IniSection& section) {
        const auto [known, isNew] = places_.emplace(section.name, section.position);
        return isNew || refuse(section, "duplicate-section",
                               "the section [" + section.name + "] is already there, at " +
                                   toString(known->second));
    }

    bool checkName(const IniSection& section) {
        const auto name = std::string_view(section.name).substr(kServicePrefix.size());
        if (!name.empty() && name.size() <= kMaxServiceName &&
            std::ranges::all_of(name, isNameCharacter)) {
            return true;
        }
        return refuse(section, "invalid-name",
                      "a service's name is 1 to " + std::to_string(kMaxServiceName) +
                          " letters, digits, \"-\", \"_\" and \".\"");
    }

    bool checkCount(const IniSection& section) {
        return places_.size() <= kMaxServices + 2 ||
               refuse(section, "too-many-services",
                      "there are more than " + std::to_string(kMaxServices) + " services");
    }

    bool refuseMisplaced(const IniSection& section) {
        return refuse(section, "misplaced-section",
                      "an included file can hold only [service:NAME], not [" + section.name + "]",
                      "move it to " + mainFile_.string());
    }

    bool refuseUnknown(const IniSection& section) {
        return refuse(section, "unknown-section", "unknown section [" + section.name + "]",
                      suggestSection(section.name));
    }

    bool refuse(const IniSection& section, std::string code, std::string message,
                std::string suggestion = {}) {
        diagnostics_.push_back({.position = section.position,
                                .code = std::move(code),
                                .message = std::move(message),
                                .suggestion = std::move(suggestion),
                                .sourceLine = section.sourceLine});
        return false;
    }

    const fs::path mainFile_;
    std::vector<Diagnostic>& diagnostics_;
    ConfigFiles result_;
    std::map<std::string, SourcePosition> places_;  // of the sections so far
};

}  // namespace

ConfigFiles readConfigFiles(const fs::path& mainFile, std::vector<Diagnostic>& diagnostics) {
    return Reader(mainFile, diagnostics).readAll();
}

fs::path folderOf(const fs::path& file) {
    std::error_code error;
    const auto absolute = fs::absolute(file, error);
    return (error ? file : absolute).lexically_normal().parent_path();
}

}  // namespace berth::host
