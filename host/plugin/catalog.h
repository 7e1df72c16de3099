// host/plugin/catalog.h - the plugins that are loaded, each file once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "host/plugin/generation.h"
#include "host/plugin/plugin_calls.h"
#include "host/plugin/plugin_search.h"
#include "host/plugin/plugin_status.h"
#include "host/plugin/staging_folder.h"

namespace berth::host {

// A kind of service and the generation that offers it.
struct PluginKind {
    std::shared_ptr<Generation> generation;
    std::string kind;
};

// Gives the same generation to all who ask for the same unchanged file, and a new one when the
// file was replaced. Generations close by themselves when nobody uses them, but for those that
// hold() keeps.
//
// Threads:  every function may be called from any thread. No lock is held while files are read,
//           plugins are loaded, or their code runs.
// Lifetime: the log outlives the catalog and every generation that came from it.
class Catalog {
public:
    struct Limits {
        std::size_t generations = 8;  // of one plugin, at once
        std::chrono::milliseconds loading{std::chrono::seconds(30)};
        std::filesystem::path opener{};  // berthd, to open plugins in a child first; empty: untried
    };

    Catalog(StagingFolder staging, Log& log, const Limits& limits);
    Catalog(StagingFolder staging, Log& log) : Catalog(std::move(staging), log, Limits{}) {}
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;
    ~Catalog();

    // The file and kind that acquire() would use; loads nothing. A kind that a held plugin
    // offers is that plugin's.
    // Throws: PluginError.
    [[nodiscard]] FoundPlugin find(const PluginReference& reference,
                                   const PluginSearch& search) const;

    // Loads what find() found, unless it is loaded. Throws: PluginError.
    [[nodiscard]] PluginKind acquire(const PluginReference& reference, const PluginSearch& search);

    // Loads a file, unless it is loaded. Throws: PluginError.
    [[nodiscard]] std::shared_ptr<Generation> open(const std::filesystem::path& file);
    // Holds it until release(): its kinds go before those of the folders. One that was held under
    // the same plugin name is let go.
    // Throws: std::bad_alloc when none was; nothing has changed then.
    void hold(std::shared_ptr<Generation> generation);
    // What is held under that plugin name; may be null.
    [[nodiscard]] std::shared_ptr<Generation> held(std::string_view plugin) const;
    // False when no plugin of that name is held.
    bool release(std::string_view plugin);

    // The settings of a kind: loads the plugin, makes no service. Throws: PluginError.
    [[nodiscard]] std::vector<FieldDescription> describe(const PluginReference& reference,
                                                         const PluginSearch& search);

    // For what runs a plugin's code.
    [[nodiscard]] PluginCalls& calls() noexcept { return calls_; }

    // Every generation that is loaded, by plugin name and number.
    [[nodiscard]] std::vector<PluginStatus> list() const;

private:
    using GenerationPtr = std::shared_ptr<Generation>;

    [[nodiscard]] GenerationPtr load(const std::filesystem::path& file) BERTH_EXCLUDES(mutex_);
    [[nodiscard]] GenerationPtr loaded(const FileIdentity& identity) const BERTH_EXCLUDES(mutex_);
    [[nodiscard]] GenerationPtr heldFrom(const std::filesystem::path& file) const
        BERTH_EXCLUDES(mutex_);
    // True: it became a generation; false: the one returned had it already.
    [[nodiscard]] std::pair<GenerationPtr, bool> adopt(LoadedPlugin plugin) BERTH_EXCLUDES(mutex_);
    [[nodiscard]] std::vector<GenerationPtr> generations() const BERTH_EXCLUDES(mutex_);

    const StagingFolder staging_;
    Log& log_;
    const std::size_t mostGenerations_;
    PluginCalls calls_;
    FirstLoad firstLoad_;
    mutable detail::Mutex mutex_;
    std::vector<std::weak_ptr<Generation>> generations_ BERTH_GUARDED_BY(mutex_);
    std::vector<GenerationPtr> held_ BERTH_GUARDED_BY(mutex_);
    std::map<std::string, std::uint64_t> lastNumbers_ BERTH_GUARDED_BY(mutex_);  // by plugin name
};

}  // namespace berth::host
