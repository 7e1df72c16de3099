// plugins/exec/runner.h - what all clients of a service share: its commands, limits and counters.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "berth/context.h"
#include "berth/metrics.h"
#include "exec/current_tree.h"
#include "exec/group_table.h"
#include "exec/launcher.h"
#include "exec/reaper.h"
#include "exec/settings.h"
#include "exec/supervisor.h"
#include "exec/working_directory.h"

namespace berth::exec {

class PathArguments;

// What is said behind "bad arguments": "; usage: NAME ARGUMENTS".
[[nodiscard]] std::string usageOf(const std::string& name, std::string_view arguments);

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
    // or the host may not change its user, or when there can be no Supervisor.
    Runner(Settings settings, Context& context);

    // Starts a command with the arguments behind its name in `words`. While it runs it has `slot`.
    // Asks the disk and waits for the program to run: call through Context::blocking().
    [[nodiscard]] std::variant<ChildProcess, RequestError> start(
        const CommandTemplate& command, const std::vector<std::string>& words,
        WorkingDirectory& directory, std::optional<Slot>& slot);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] Context& context() noexcept { return context_; }
    [[nodiscard]] Counters& counters() noexcept { return counters_; }
    [[nodiscard]] CurrentTree& tree() noexcept { return tree_; }
    [[nodiscard]] Reaper& reaper() noexcept { return reaper_; }

    // Goes to `path` as `cd` does. Asks the disk: call through Context::blocking().
    [[nodiscard]] std::optional<RequestError> go(WorkingDirectory& directory,
                                                 std::string_view path) const;

private:
    // The program and its arguments; opens what is to be handed over.
    [[nodiscard]] std::variant<Arguments, RequestError> bind(const CommandTemplate& command,
                                                             const std::vector<std::string>& words,
                                                             WorkingDirectory& directory,
                                                             PathArguments& paths) const;
    // Nothing when as many commands run as are allowed.
    [[nodiscard]] std::optional<Slot> takeSlot() noexcept;

    const Settings settings_;
    Context& context_;
    Counters counters_;
    CurrentTree tree_;
    const Launcher launcher_;
    GroupTable groups_;
    const Supervisor supervisor_;
    Reaper reaper_;
    std::atomic<std::size_t> running_{0};
};

}  // namespace berth::exec
