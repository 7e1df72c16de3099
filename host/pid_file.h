// host/pid_file.h - the file that tells the number of the process that serves.
#pragma once

#include <filesystem>

namespace berth::host {

// Removed when destroyed, unless another process, which took over, has written its own number.
class PidFile {
public:
    // No file when `path` is empty. Replaced as a whole, so that nobody reads half a number.
    // Throws: std::filesystem::filesystem_error.
    explicit PidFile(std::filesystem::path path);
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

private:
    const std::filesystem::path path_;
};

}  // namespace berth::host
