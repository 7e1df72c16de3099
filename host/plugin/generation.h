// host/plugin/generation.h - one loaded version of a plugin.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "berth/detail/mutex.h"
#include "berth/setting_value.h"
#include "host/base/activity.h"
#include "host/plugin/loading.h"

namespace berth::host {

// What became of a generation that was closed.
struct UnloadReport {
    std::string plugin;
    std::string version;
    std::uint64_t generation = 0;
    bool unmapped = false;  // its code left the process
    std::string reason;     // why not; empty when it did
};

// Called by the thread that let go last. Must not throw.
using UnloadObserver = std::function<void(const UnloadReport&)>;

// Owned by the services built on it and by whoever calls its kinds: closed when the last one
// lets go. Then it asks the loader whether the code really left, and reports.
//
// Threads:  every function may be called from any thread.
// Lifetime: what came out of the plugin (services, exceptions of its own types) must be gone
//           before. The observer must outlive it.
class Generation {
public:
    // `number` counts the loaded versions of one plugin, from 1.
    Generation(LoadedPlugin plugin, std::uint64_t number, UnloadObserver observer);
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;
    ~Generation();

    [[nodiscard]] const inspect::PluginFile& file() const noexcept { return plugin_->file; }
    [[nodiscard]] const FileIdentity& identity() const noexcept { return plugin_->staged.source(); }
    // What could keep it from unloading, one line each.
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept {
        return plugin_->warnings;
    }
    [[nodiscard]] const std::filesystem::path& stagedPath() const noexcept { return stagedPath_; }
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    // Valid as long as this object.
    [[nodiscard]] CodeVersion code() const noexcept {
        return {file().name, file().version, file().buildId, number_};
    }
    [[nodiscard]] std::chrono::system_clock::time_point loadedAt() const noexcept {
        return loadedAt_;
    }

    // Throws: PluginError when the plugin does not offer it.
    [[nodiscard]] const abi::ServiceKind& kind(const std::string& name) const;

    // Both run the plugin's code. Throw: PluginError when that fails.
    [[nodiscard]] std::vector<FieldDescription> describe(const std::string& kind) const;
    [[nodiscard]] std::vector<SettingIssue> check(const std::string& kind,
                                                  const std::vector<SettingValue>& values) const;

    // The names of services that are built on it, each once.
    [[nodiscard]] std::vector<std::string> services() const;

private:
    friend class HostedService;
    void addService(const std::string& name);
    void removeService(const std::string& name) noexcept;

    const std::filesystem::path stagedPath_;
    std::optional<LoadedPlugin> plugin_;  // empty only while the destructor reports
    const std::uint64_t number_;
    const std::chrono::system_clock::time_point loadedAt_;
    const UnloadObserver observer_;
    mutable detail::Mutex mutex_;
    std::multiset<std::string> services_ BERTH_GUARDED_BY(mutex_);  // once for each of its objects
};

}  // namespace berth::host
