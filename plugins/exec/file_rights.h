// plugins/exec/file_rights.h - looks at files with the rights of the user that commands run as.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "exec/identity.h"

namespace berth::exec {

// A program is given folders that the host opened. Opened with the host's own rights, they would
// lead a user of `run_as` past folders that he may not enter.
//
// Threads: changes the rights of the thread that makes it, until it is destroyed there.
class FileRights {
public:
    // Does nothing without an identity. Throws: std::system_error when the host may not do it.
    explicit FileRights(const std::optional<Identity>& identity);
    FileRights(const FileRights&) = delete;
    FileRights& operator=(const FileRights&) = delete;
    ~FileRights();

private:
    const bool changed_;
    std::vector<gid_t> groups_;  // the thread's own
    uid_t user_ = 0;
    gid_t group_ = 0;
};

}  // namespace berth::exec
