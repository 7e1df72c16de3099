// plugins/exec/runner.h - what all clients of a service share: its commands, limits and counters.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "berth/context.h"
#include "berth/metrics.h"
#include "exec/directory_tree.h"
#include "exec/launcher.h"
#include "exec/reaper.h"
#include "exec/settings.h"

namespace berth::exec {

// Threads:  any; a Session of each client uses it at the same time.
// Lifetime: belongs to the Service; outlives every Session made with it.
class Runner {
public:
    // One of the places that `max_concurrent` allows; given back when destroyed.
    class Slot {
    public:
        explicit Slot(Runner& runner) noexcept : runner_(&runner) {}
        Slot(Slot&& other) noexcept : runner_(std::exchange(other.runner_, nullptr)) {}
        Slot& operator=(Slot&&) = delete;
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        ~Slot();

    private:
        Runner* runner_;
    };

    // Numbers that `stats` shows.
    struct Counters {
        Counter& run;
        Counter& failed;
        Counter& timedOut;
        Counter& killed;
        Counter& refused;
        Gauge& running;
    };

    // Throws: std::runtime_error when the directory cannot be opened, when `run_as` names nobody
    // or the host may not change its user.
    Runner(Settings settings, Context& context);

    // Nothing when as many commands run as are allowed.
    [[nodiscard]] std::optional<Slot> takeSlot() noexcept;

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] Context& context() noexcept { return context_; }
    [[nodiscard]] Counters& counters() noexcept { return counters_; }
    [[nodiscard]] const DirectoryTree& tree() const noexcept { return tree_; }
    [[nodiscard]] const Launcher& launcher() const noexcept { return launcher_; }
    [[nodiscard]] Reaper& reaper() noexcept { return reaper_; }

private:
    const Settings settings_;
    Context& context_;
    Counters counters_;
    const DirectoryTree tree_;
    const Launcher launcher_;
    Reaper reaper_;
    std::atomic<std::size_t> running_{0};
};

}  // namespace berth::exec
