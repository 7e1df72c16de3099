// host/plugin/generation.cpp
#include "host/plugin/generation.h"

#include <malloc.h>

#include <algorithm>
#include <exception>
#include <future>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "host/base/want_of_memory.h"
#include "host/plugin/mapped_images.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

constexpr std::chrono::seconds kClosingTime{5};

// Empty when it did not stay.
std::string reasonToStay(const inspect::PluginFile& file, std::optional<bool> unmapped) {
    if (!unmapped) return "the loader does not close it while another library hangs in it";
    if (*unmapped) return {};
    if (!file.uniqueSymbols.empty()) {
        return "its unique symbol " + file.uniqueSymbols.front() +
               " keeps it: build it with -fno-gnu-unique";
    }
    if (file.noDelete) return "it was linked with -z nodelete";
    return "a living thread may hold a thread_local object of the plugin, or another library "
           "needs it";
}

std::string described(const Generation& generation, const std::string& kind) {
    return generation.file().path.string() + ": kind \"" + kind + "\": ";
}

// A library that hangs while it is loaded holds the loader's lock, and no other one can be closed.
// Then this one is left to a thread that waits for it. Nothing in that case; else whether the code
// left the process.
std::optional<bool> closeInTime(LoadedPlugin plugin, const inspect::PluginFile& file,
                                std::uint64_t number) {
    auto path = plugin.staged.path();
    std::packaged_task<bool()> task([path = std::move(path), name = file.name,
                                     version = file.version, number,
                                     owned = std::optional(std::move(plugin))]() mutable {
        const ActivityScope scope(
            {.phase = "a static destructor",
             .code = {.plugin = name, .version = version, .buildId = {}, .generation = number}});
        owned.reset();
        return !isMapped(path);
    });
    auto unmapped = task.get_future();
    std::thread closing(std::move(task));
    if (unmapped.wait_for(kClosingTime) == std::future_status::ready) {
        closing.join();
        return unmapped.get();
    }
    closing.detach();
    return std::nullopt;
}

}  // namespace

Generation::Generation(LoadedPlugin plugin, std::uint64_t number, UnloadObserver observer)
    : stagedPath_(plugin.staged.path()),
      plugin_(std::move(plugin)),
      number_(number),
      loadedAt_(std::chrono::system_clock::now()),
      observer_(std::move(observer)) {}

Generation::~Generation() {
    const auto file = std::move(plugin_->file);
    std::optional<bool> unmapped;
    try {
        unmapped = closeInTime(*std::exchange(plugin_, std::nullopt), file, number_);
    } catch (const std::exception&) {
        // No thread is left for that: it was closed on this one.
        ifMemoryAllows([&] { unmapped = !isMapped(stagedPath_); });
    }
    // What it and its clients had is free, but the C library would keep it.
    ::malloc_trim(0);
    if (!observer_) return;
    ifMemoryAllows([&] {
        observer_({.plugin = file.name,
                   .version = file.version,
                   .generation = number_,
                   .unmapped = unmapped.value_or(false),
                   .reason = reasonToStay(file, unmapped)});
    });
}

const abi::ServiceKind& Generation::kind(const std::string& name) const {
    if (const auto* found = plugin_->library.kind(name)) return *found;
    throw PluginError(file().path.string() + ": offers no kind \"" + name +
                      "\", only: " + joined(file().kinds, ", "));
}

std::vector<FieldDescription> Generation::describe(const std::string& kindName) const {
    const ActivityScope scope({.phase = "describing its settings", .code = code()});
    std::vector<FieldDescription> fields;
    std::string error;
    if (!kind(kindName).describe(fields, error)) {
        throw PluginError(described(*this, kindName) + "describing its settings failed: " + error);
    }
    return fields;
}

std::vector<SettingIssue> Generation::check(const std::string& kindName,
                                            const std::vector<SettingValue>& values) const {
    const ActivityScope scope({.phase = "checking its settings", .code = code()});
    std::vector<SettingIssue> issues;
    std::string error;
    if (!kind(kindName).check(values, issues, error)) {
        throw PluginError(described(*this, kindName) + "checking its settings failed: " + error);
    }
    return issues;
}

std::vector<std::string> Generation::services() const {
    const detail::Lock lock(mutex_);
    std::vector<std::string> names;
    std::ranges::unique_copy(services_, std::back_inserter(names));
    return names;
}

void Generation::addService(const std::string& name) {
    const detail::Lock lock(mutex_);
    services_.insert(name);
}

void Generation::removeService(const std::string& name) noexcept {
    const detail::Lock lock(mutex_);
    const auto found = services_.find(name);
    if (found != services_.end()) services_.erase(found);
}

}  // namespace berth::host
