// plugins/exec/supervisor.h - ends the commands when the host dies without ending them.
#pragma once

#include <sys/types.h>

#include "exec/group_table.h"

namespace berth::exec {

// A process beside the host that does nothing but wait for the host's death; then it kills every
// group of the table. The kernel's own means, PR_SET_PDEATHSIG, reaches only the first process of
// a command, and is sent when the thread that started it ends, whatever the host does.
//
// It is forked once for a service, costs a running command nothing, and has nothing of the host
// open. A process that left its command's group is out of its reach as it is of the host's.
//
// Lifetime: borrows the table; the destructor ends and reaps the process.
class Supervisor {
public:
    // Throws: std::system_error when there can be no such process.
    explicit Supervisor(const GroupTable& groups);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    ~Supervisor();

private:
    pid_t pid_;
};

}  // namespace berth::exec
