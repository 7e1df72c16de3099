// host/change/reload.cpp
#include "host/change/reload.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "host/base/want_of_memory.h"
#include "host/change/failures.h"
#include "host/log/last_words.h"

namespace berth::host {
namespace {

std::vector<std::string> notBeforeTheNextStart(const HostConfig& before, const HostConfig& after) {
    static const Schema<HostOptions> schema;
    std::vector<std::string> changed;
    if (before.control != after.control) changed.emplace_back("[control]");
    const auto& waiting = HostOptions::marks().atStart;
    for (const auto& field : schema.fields()) {
        const auto& key = field.description.key;
        if (std::ranges::find(waiting, key) == waiting.end()) continue;
        if (field.format(&before.host) == field.format(&after.host)) continue;
        changed.push_back("[host] " + key);
    }
    for (auto& line : changed) line += " changed: takes effect at the next start";
    return changed;
}

constexpr const char* kRemovesEverything =
    "it would remove every service, so nothing was changed; when that is meant, ask for `reload "
    "remove-all`, or write allow_empty = on in [host]";

// So does a file that was emptied or cut short by mistake.
bool removesEverything(const HostConfig& before, const HostConfig& after) {
    return after.services.empty() && !before.services.empty();
}

}  // namespace

Resolution Reload::resolve(const ConfigResult& read) const {
    return reconciler_.resolver(read.config.host).resolveAll(read);
}

ChangeResult Reload::run(bool allowEmpty) {
    const auto before = reconciler_.configuration();
    const auto read = loadHostConfig(before.file);
    const auto resolution = resolve(read);
    if (!resolution.diagnostics.empty()) return badConfiguration(resolution.diagnostics);
    if (removesEverything(before, read.config) && !allowEmpty && !read.config.host.allowEmpty) {
        return ChangeResult::failure(ChangeError::Refused, kRemovesEverything);
    }
    auto later = notBeforeTheNextStart(before, read.config);
    ChangeResult result;
    const auto level = logs_.level();
    // First, and taken back when the rest fails: a log that cannot be opened refuses the whole.
    if (auto failure = reconfigureLogs(read.config.host)) {
        result = *std::move(failure);
    } else if (auto unexpected =
                   failureOf([&] { result = reconciler_.apply(read.config, resolution); })) {
        result = *std::move(unexpected);
    }
    if (!result.ok()) restoreLogs(before.host, level, result);
    ifMemoryAllows([&] {
        if (result.ok()) std::ranges::move(later, std::back_inserter(result.lines));
    });
    return result;
}

std::optional<ChangeResult> Reload::reconfigureLogs(const HostOptions& options) {
    try {
        logs_.reconfigure(options);
        last_words::directTo(options);
        return std::nullopt;
    } catch (const std::exception& error) {
        return ChangeResult::failure(ChangeError::LogFile,
                                     std::string(error.what()) + "; nothing was changed");
    }
}

void Reload::restoreLogs(const HostOptions& options, LogLevel level, ChangeResult& result) {
    try {
        untilMemoryAllows([&] {
            logs_.reconfigure(options);
            last_words::directTo(options);
        });
    } catch (const std::exception& error) {
        ifMemoryAllows([&] {
            result.lines.push_back(std::string("log: ") + error.what() + "; the new log goes on");
        });
    }
    logs_.setLevel(level);
}

ChangeResult Reload::plan() const {
    const auto before = reconciler_.configuration();
    const auto read = loadHostConfig(before.file);
    auto result = reconciler_.plan(resolve(read));
    if (result.ok() && removesEverything(before, read.config) && !read.config.host.allowEmpty) {
        result.lines.push_back(std::string("a reload is refused: ") + kRemovesEverything);
    }
    return result;
}

}  // namespace berth::host
