// host/watch/inotify.h - the kernel's reports of what happens in folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/base/unique_fd.h"

namespace berth::host {

struct FolderEvent {
    int watch = -1;  // as add() returned it; -1 with IN_Q_OVERFLOW
    std::uint32_t mask = 0;
    std::string name;  // in the folder; empty for the folder itself
};

// Threads: one.
class Inotify {
public:
    // Throws: std::system_error.
    Inotify();

    // The number of a watch that reports `mask`, besides what was asked of the folder before;
    // -1 when there is no such folder.
    // Throws: std::system_error when the folder cannot be watched.
    int add(const std::filesystem::path& folder, std::uint32_t mask) const;
    void remove(int watch) const noexcept;
    // What has happened; empty when nothing has.
    [[nodiscard]] std::vector<FolderEvent> read() const;

    [[nodiscard]] int descriptor() const noexcept { return queue_.value(); }

private:
    UniqueFd queue_;
};

}  // namespace berth::host
