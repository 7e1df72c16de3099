// host/log/log_file.h - a file that lines are appended to.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "host/base/unique_fd.h"
#include "host/log/line_writer.h"
#include "host/log/log_sink.h"

namespace berth::host {

// A regular file; a character device such as /dev/null; a pipe that somebody reads, as /dev/stdout
// of a container is. Nothing else, since opening it could wait for ever or do harm.
//
// Threads: one.
class LogFile {
public:
    // Makes the file when it is missing, with these permissions. A line that is unfinished there,
    // after a full disk, is ended first.
    // Throws: std::runtime_error `cannot open the log file PATH: REASON`.
    LogFile(std::filesystem::path path, mode_t mode);

    // As LineWriter::write().
    // Throws: std::runtime_error `cannot write to the log file PATH: REASON`.
    std::size_t write(const LogBatch& batch, std::size_t first, std::size_t end);
    // One line, and returns when all of it is with the operating system.
    // Throws: std::runtime_error, also when it takes nothing for a moment.
    void writeWhole(std::string_view line);
    // Returns when what was written is on the disk. Throws: std::runtime_error.
    void sync();
    // Opens the path again; keeps the old file when that fails.
    // Throws: std::runtime_error.
    void reopen();

    [[nodiscard]] std::uint64_t size() const noexcept;
    // Others have no size, and no name that could become that of an older one.
    [[nodiscard]] bool isRegular() const noexcept { return regular_; }
    // False when the file was renamed, or another one took its place.
    [[nodiscard]] bool isAtPath() const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    mode_t mode_;
    UniqueFd file_;
    bool regular_;
    LineWriter lines_;
};

}  // namespace berth::host
