// host/config/include_files.cpp - finds the files that match the patterns of `include`.
#include "host/config/include_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>

#include "berth/setting_types.h"
#include "host/config/config_files.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

bool isPattern(const std::string& name) {
    return name.find_first_of("*?[") != std::string::npos;
}

bool isBackup(const std::string& name) {
    return name.starts_with('.') || name.ends_with('~');
}

// A link to nothing is none, and what cannot be looked at is an error: a service must not disappear
// because of it.
bool isRegularFile(const fs::directory_entry& entry, std::error_code& error) {
    const bool regular = entry.is_regular_file(error);
    if (error == std::errc::no_such_file_or_directory) error.clear();
    return regular;
}

// The regular files in the pattern's folder that match its last component, in name order.
std::vector<fs::path> matches(const fs::path& pattern, std::error_code& error) {
    std::vector<fs::path> files;
    const auto folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = entry->path().filename();
        if (isBackup(name.string())) continue;
        if (fnmatch(pattern.filename().c_str(), name.c_str(), 0) != 0) continue;
        if (isRegularFile(*entry, error)) files.push_back(pattern.parent_path() / name);
        if (error) return {};
    }
    if (error == std::errc::no_such_file_or_directory) error.clear();
    std::ranges::sort(files);
    return files;
}

class Collector {
public:
    Collector(const fs::path& mainFile, std::vector<Diagnostic>& diagnostics)
        : directory_(mainFile.parent_path()), diagnostics_(diagnostics) {
        remember(mainFile);
    }

    void take(const detail::ListItem& item, const SettingOrigin& origin) {
        const auto path = (directory_ / item.text).lexically_normal();
        std::error_code error;
        if (isPattern(path.filename().string())) {
            const auto found = matches(path, error);
            if (error) return report(item, origin, error.message());
            for (const auto& file : found) {
                if (!full()) append(file, item, origin);
            }
        } else if (!fs::exists(path, error)) {
            const auto missing = std::make_error_code(std::errc::no_such_file_or_directory);
            report(item, origin, (error ? error : missing).message());
        } else if (!full()) {
            append(path, item, origin);
        }
    }

    std::vector<fs::path> files;

private:
    void append(const fs::path& file, const detail::ListItem& item, const SettingOrigin& origin) {
        if (!remember(file)) return;
        files.push_back(file);
        if (files.size() == kMaxConfigFiles) {
            report(item, origin,
                   "with it there are more than " + std::to_string(kMaxConfigFiles) + " files");
        }
    }
    [[nodiscard]] bool full() const { return files.size() >= kMaxConfigFiles; }

    // False when the file is known, maybe under another path.
    bool remember(const fs::path& file) {
        std::error_code error;
        return known_.insert(fs::weakly_canonical(file, error)).second;
    }

    void report(const detail::ListItem& item, const SettingOrigin& origin,
                const std::string& reason) {
        diagnostics_.push_back(
            {.position = valuePosition(origin, item.offset, item.text.size()),
             .code = "unreadable-include",
             .message = "cannot include \"" + std::string(item.text) + "\": " + reason,
             .sourceLine = origin.sourceLine});
    }

    fs::path directory_;
    std::vector<Diagnostic>& diagnostics_;
    std::set<fs::path> known_;
};

}  // namespace

std::vector<fs::path> includedFiles(const SectionSettings& host, const fs::path& mainFile,
                                    std::vector<Diagnostic>& diagnostics) {
    Collector collector(mainFile, diagnostics);
    const auto index = host.find("include");
    if (index == host.values.size()) return {};
    std::vector<ValueError> reported;  // when the section [host] is parsed
    for (const auto& item : detail::splitList(host.values[index].text, reported)) {
        collector.take(item, host.origins[index]);
    }
    return collector.files;
}

}  // namespace berth::host
