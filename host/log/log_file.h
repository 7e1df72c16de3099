// host/log/log_file.h - a file that lines are appended to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "host/unique_fd.h"

namespace berth::host {

// Threads: write() from any thread; what is written in one call stays together.
class LogFile {
public:
    // Makes the file when it is missing, with these permissions.
    // Throws: std::runtime_error `cannot open the log file PATH: REASON`.
    LogFile(std::filesystem::path path, mode_t mode);

    // Throws: std::runtime_error `cannot write to the log file PATH: REASON`.
    void write(std::string_view bytes);
    // Returns when what was written is on the disk.
    void sync() noexcept;
    // Opens the path again; keeps the old file when that fails.
    // Throws: std::runtime_error.
    void reopen();

    [[nodiscard]] std::uint64_t size() const noexcept;
    // False when the file was renamed, or another one took its place.
    [[nodiscard]] bool isAtPath() const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    mode_t mode_;
    UniqueFd file_;
};

}  // namespace berth::host
