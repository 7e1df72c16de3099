// host/watch/watched_files.h - what changed among the files of some folders.
#pragma once

#include <time.h>

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/watch/inotify.h"
#include "host/watch/unfinished_files.h"
#include "host/watch/watch_plan.h"

namespace berth::host {

struct FileChange {
    std::filesystem::path file;
    std::string what;  // "appeared", "changed", "left", "is still being written"
};

// `plugins/echo.so changed, conf.d/a.ini appeared`; paths below `home` without it.
[[nodiscard]] std::string describe(const std::vector<FileChange>& changes,
                                   const std::filesystem::path& home);

// Files count when they are complete: moved in, linked, or closed by who made or wrote them, and an
// ini file when its last line ends, too. A folder may be missing, go and come back; then the folder
// above it is watched for it. Links are followed: each one on the way to a folder or a file may be
// replaced, as by a Kubernetes ConfigMap or by releases that a link `current` chooses from.
//
// Threads: one.
class WatchedFiles {
public:
    // What `before` watched too and did not tell yet is told by this one. Null: as files are now.
    // Then, what was changed at or after `since` (by CLOCK_REALTIME_COARSE) is told as well: the
    // files were read at that time.
    // Throws: std::system_error, as update() does.
    WatchedFiles(std::vector<WatchedFolder> folders, WatchedFiles* before,
                 std::optional<timespec> since = {});

    // Takes what the kernel has reported. True when it was about a file that counts.
    bool update();
    // There may be something to take.
    [[nodiscard]] bool touched() const noexcept { return !touched_.empty(); }
    // Files are being written: what changed is to be taken when they are complete, or at that time.
    [[nodiscard]] std::optional<UnfinishedFiles::Clock::time_point> patience() const;
    // What differs from the last time, in the order of the paths.
    [[nodiscard]] std::vector<FileChange> take();
    // The files that were waited for in vain, each of them once.
    [[nodiscard]] std::vector<FileChange> takeOverdue();

    [[nodiscard]] int descriptor() const noexcept { return inotify_.descriptor(); }

private:
    using Path = std::filesystem::path;

    // Why a folder is watched: for its files, or for one entry that leads to such a folder, or that
    // a link among its files leads to.
    struct Role {
        const WatchedFolder* files = nullptr;
        std::string entry{};
        Path linked{};  // the link whose file the entry is
    };
    using Roles = std::map<int, std::vector<Role>>;

    struct Identity {
        std::uint64_t inode = 0;
        std::uint64_t size = 0;
        std::int64_t seconds = 0;
        std::int64_t nanoseconds = 0;
        auto operator<=>(const Identity&) const = default;
    };

    void watchFolders();
    bool watch(Roles& roles, const Path& folder, Role role);
    void watchWay(Roles& roles, const Path& folder);
    void watchLinks(Roles& roles, const Path& path);
    void watchLinkedFiles(Roles& roles, const WatchedFolder& folder);
    void scan();
    [[nodiscard]] bool covers(const Path& file) const;
    // These are true when the event is about a file that counts.
    bool handle(const FolderEvent& event, const WatchedFolder& folder);
    bool handleLinked(const FolderEvent& event, const Path& link);
    bool complete(const Path& file);
    bool made(const Path& file);
    [[nodiscard]] bool cutShort(const Path& file) const;
    [[nodiscard]] static std::optional<Identity> identityOf(const Path& file);

    const std::vector<WatchedFolder> folders_;
    Inotify inotify_;
    Roles roles_;                     // by watch
    std::map<Path, Identity> known_;  // as last taken
    std::set<Path> touched_;
    UnfinishedFiles unfinished_;
    // Ini files whose last line does not end: more may come until then.
    std::map<Path, UnfinishedFiles::Clock::time_point> cutShort_;
};

}  // namespace berth::host
