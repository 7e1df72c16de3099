// host/plugin/catalog.cpp
#include "host/plugin/catalog.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "host/crash/exit_watch.h"
#include "host/plugin/plugin_error.h"
#include "host/plugin/probation_mark.h"

namespace berth::host {
namespace {

std::string described(const std::string& name, const std::string& version, std::uint64_t number) {
    return "plugin " + name + " " + version + ", generation " + std::to_string(number);
}

void logLoaded(Log& log, const Generation& generation) {
    const auto& file = generation.file();
    const auto source = file.path.string();
    log.information(described(file.name, file.version, generation.number()) + ": loaded from " +
                    source + (file.buildId.empty() ? "" : ", build id " + file.buildId));
    for (const auto& warning : generation.warnings()) log.warning(source + ": " + warning);
}

void logUnloaded(Log& log, const UnloadReport& report) {
    const auto what = described(report.plugin, report.version, report.generation);
    if (report.unmapped) {
        log.information(what + ": unloaded");
    } else {
        log.warning(what + ": closed, but its code stays in the process: " + report.reason);
    }
}

using GenerationPtr = std::shared_ptr<Generation>;

std::vector<GenerationPtr> lockAll(const std::vector<std::weak_ptr<Generation>>& references) {
    std::vector<GenerationPtr> living;
    for (const auto& reference : references) {
        if (auto generation = reference.lock()) living.push_back(std::move(generation));
    }
    return living;
}

GenerationPtr withIdentity(const std::vector<GenerationPtr>& generations,
                           const FileIdentity& identity) {
    const auto found = std::ranges::find_if(generations, [&](const GenerationPtr& generation) {
        return generation->identity() == identity;
    });
    return found == generations.end() ? nullptr : *found;
}

// Throws: PluginError when as many generations of the plugin are alive as may be.
void requireRoom(const std::vector<GenerationPtr>& living, const std::string& plugin,
                 std::size_t most) {
    std::string numbers;
    std::size_t count = 0;
    for (const auto& generation : living) {
        if (generation->file().name != plugin) continue;
        ++count;
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(generation->number());
    }
    if (count < most) return;
    throw PluginError(
        "plugin " + plugin + " has " + std::to_string(count) + " generations loaded (" + numbers +
        "), and max_generations allows no more; `show pins " + plugin + "` tells who keeps them");
}

PluginStatus statusOf(const Generation& generation) {
    const auto& file = generation.file();
    return {.name = file.name,
            .version = file.version,
            .generation = generation.number(),
            .kinds = file.kinds,
            .path = file.path.string(),
            .buildId = file.buildId,
            .services = generation.services()};
}

}  // namespace

Catalog::Catalog(StagingFolder staging, Log& log, const Limits& limits)
    : staging_(std::move(staging)),
      log_(log),
      mostGenerations_(limits.generations),
      calls_(limits.loading),
      firstLoad_(limits.opener, limits.loading) {}

Catalog::~Catalog() = default;

FoundPlugin Catalog::find(const PluginReference& reference, const PluginSearch& search) const {
    if (!reference.isPath()) {
        const detail::Lock lock(mutex_);
        for (const auto& generation : held_) {
            const auto& file = generation->file();
            if (std::ranges::find(file.kinds, reference.text) != file.kinds.end()) {
                return {file.path, reference.text};
            }
        }
    }
    auto found = search.find(reference);
    if (const auto crashed = crashedVersion(staging_.path(), found.file)) {
        if (crashed->kept.empty()) throw PluginError(toString(*crashed));
        found.file = crashed->kept;
    }
    return found;
}

PluginKind Catalog::acquire(const PluginReference& reference, const PluginSearch& search) {
    auto found = find(reference, search);
    return {load(found.file), std::move(found.kind)};
}

std::shared_ptr<Generation> Catalog::open(const std::filesystem::path& file) {
    return load(std::filesystem::absolute(file).lexically_normal());
}

void Catalog::hold(std::shared_ptr<Generation> generation) {
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(held_, [&](const GenerationPtr& held) {
        return held->file().name == generation->file().name;
    });
    if (found == held_.end()) {
        held_.insert(held_.begin(), std::move(generation));
    } else {
        found->swap(generation);  // let go after the lock
        std::rotate(held_.begin(), found, found + 1);
    }
}

std::shared_ptr<Generation> Catalog::held(std::string_view plugin) const {
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(
        held_, [&](const GenerationPtr& held) { return held->file().name == plugin; });
    return found == held_.end() ? nullptr : *found;
}

bool Catalog::release(std::string_view plugin) {
    GenerationPtr released;  // let go after the lock
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(
        held_, [&](const GenerationPtr& held) { return held->file().name == plugin; });
    if (found == held_.end()) return false;
    released = std::move(*found);
    held_.erase(found);
    return true;
}

std::vector<FieldDescription> Catalog::describe(const PluginReference& reference,
                                                const PluginSearch& search) {
    const auto [generation, kind] = acquire(reference, search);
    return generation->describe(kind);
}

std::vector<PluginStatus> Catalog::list() const {
    std::vector<PluginStatus> result;
    for (const auto& generation : generations()) result.push_back(statusOf(*generation));
    std::ranges::sort(result, {}, [](const PluginStatus& plugin) {
        return std::tie(plugin.name, plugin.generation);
    });
    return result;
}

// A kept plugin goes on serving when its file was deleted after it was loaded.
Catalog::GenerationPtr Catalog::load(const std::filesystem::path& file) {
    const auto identity = identityOf(file);
    if (auto known = identity ? loaded(*identity) : heldFrom(file)) return known;

    auto [generation, added] = adopt(loadPlugin(file, staging_, &firstLoad_));
    crash::ExitWatch::goFirst();
    if (added) logLoaded(log_, *generation);
    return generation;
}

Catalog::GenerationPtr Catalog::loaded(const FileIdentity& identity) const {
    return withIdentity(generations(), identity);
}

Catalog::GenerationPtr Catalog::heldFrom(const std::filesystem::path& file) const {
    const detail::Lock lock(mutex_);
    const auto found = std::ranges::find_if(
        held_, [&](const GenerationPtr& held) { return held->file().path == file; });
    return found == held_.end() ? nullptr : *found;
}

// Another thread may have loaded the same file meanwhile: then that one is used, and the caller
// closes `plugin` after the lock is gone.
std::pair<Catalog::GenerationPtr, bool> Catalog::adopt(LoadedPlugin plugin) {
    std::vector<GenerationPtr> living;  // let go after the lock
    const detail::Lock lock(mutex_);
    living = lockAll(generations_);
    if (auto other = withIdentity(living, plugin.staged.source())) return {other, false};

    requireRoom(living, plugin.file.name, mostGenerations_);
    std::erase_if(generations_, [](const auto& generation) { return generation.expired(); });
    const auto number = ++lastNumbers_[plugin.file.name];
    auto generation = std::make_shared<Generation>(
        std::move(plugin), number,
        [&log = log_](const UnloadReport& report) { logUnloaded(log, report); });
    generations_.push_back(generation);
    return {generation, true};
}

std::vector<Catalog::GenerationPtr> Catalog::generations() const {
    const detail::Lock lock(mutex_);
    return lockAll(generations_);
}

}  // namespace berth::host
