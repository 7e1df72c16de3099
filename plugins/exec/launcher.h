// plugins/exec/launcher.h - starts commands with everything that a service's settings say of them.
#pragma once

#include <sys/resource.h>

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "berth/unique_fd.h"
#include "exec/child_process.h"
#include "exec/command_template.h"
#include "exec/group_table.h"
#include "exec/identity.h"
#include "exec/request_error.h"
#include "exec/settings.h"

namespace berth::exec {

// What is prepared once for all commands of a service. Nothing here is allocated between the
// start of a child and its exec.
struct LaunchPlan {
    struct Limit {
        __rlimit_resource resource;
        rlimit value;
    };
    std::vector<std::string> environment;
    std::vector<Limit> limits;
    std::optional<Identity> identity;
    int nice = 0;
    mode_t umask = 022;
    bool noNewPrivileges = true;
};

// What is different for each command.
// Lifetime: borrows everything.
struct Command {
    const Arguments& arguments;
    const UniqueFd& directory;         // where it starts
    std::span<const UniqueFd> passed;  // what it is given beside its streams
};

// Threads: any.
class Launcher {
public:
    // Throws: std::runtime_error when `run_as` names nobody, or when the host is not root,
    // or was started with SIGCHLD ignored.
    explicit Launcher(const Settings& settings);
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;
    ~Launcher() = default;

    // Starts a program. Returns when it runs or could not be started, which takes the disk: call
    // through Context::blocking().
    [[nodiscard]] std::variant<ChildProcess, RequestError> launch(const Command& command,
                                                                  GroupTable& groups,
                                                                  Reaper& reaper) const;

    // Who commands run as; nothing when it is the host's own user.
    [[nodiscard]] const std::optional<Identity>& identity() const noexcept {
        return plan_.identity;
    }

private:
    LaunchPlan plan_;
    std::vector<char*> environment_;  // into plan_, ends with null
    UniqueFd input_;                  // /dev/null
};

}  // namespace berth::exec
