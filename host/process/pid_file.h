// host/process/pid_file.h - the file that tells the number of the process that serves.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/unique_fd.h"

namespace berth::host {

// Removed when destroyed, unless another process, which took over, has written its own number.
//
// Who reads it sends signals to what it says: it stands in a folder where nobody else can put
// another one, and takes the place of nothing but a file of this user's.
class PidFile {
public:
    // No file when `path` is empty. Replaced as a whole, so that nobody reads half a number.
    // Throws: PathError.
    explicit PidFile(const std::filesystem::path& path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

private:
    UniqueFd folder_;
    const std::string name_;
};

}  // namespace berth::host
