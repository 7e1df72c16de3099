// host/config/include_files.cpp - finds the files that match the patterns of `include`.
#include "host/config/include_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "berth/setting_types.h"

namespace berth::host {
namespace {

namespace fs = std::filesystem;

bool isPattern(const std::string& name) {
    return name.find_first_of("*?[") != std::string::npos;
}

bool isBackup(const std::string& name) {
    return name.starts_with('.') || name.ends_with('~');
}

// The regular files in the pattern's folder that match its last component, in name order.
std::vector<fs::path> matches(const fs::path& pattern, std::error_code& error) {
    std::vector<fs::path> files;
    const auto folder = pattern.has_parent_path() ? pattern.parent_path() : fs::path(".");
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const auto name = entry->path().filename();
        if (isBackup(name.string()) || !entry->is_regular_file(error)) continue;
        if (fnmatch(pattern.filename().c_str(), name.c_str(), 0) == 0) {
            files.push_back(pattern.parent_path() / name);
        }
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
            for (const auto& file : found) append(file);
        } else if (!fs::exists(path, error)) {
            const auto missing = std::make_error_code(std::errc::no_such_file_or_directory);
            report(item, origin, (error ? error : missing).message());
        } else {
            append(path);
        }
    }

    std::vector<fs::path> files;

private:
    void append(const fs::path& file) {
        if (remember(file)) files.push_back(file);
    }

    // False when the file is known, maybe under another path.
    bool remember(const fs::path& file) {
        std::error_code error;
        const auto real = fs::weakly_canonical(file, error);
        if (std::ranges::find(known_, real) != known_.end()) return false;
        known_.push_back(real);
        return true;
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
    std::vector<fs::path> known_;
};

}  // namespace

std::vector<fs::path> includedFiles(const SectionSettings& host, const fs::path& mainFile,
                                    std::vector<Diagnostic>& diagnostics) {
    Collector collector(mainFile, diagnostics);
    const auto index = host.find("include");
    if (index == host.values.size()) return {};
    try {
        for (const auto& item : detail::splitList(host.values[index].text)) {
            collector.take(item, host.origins[index]);
        }
    } catch (const ValueError&) {
        return {};  // reported when the section [host] is parsed
    }
    return collector.files;
}

}  // namespace berth::host
