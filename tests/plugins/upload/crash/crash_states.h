// tests/plugins/upload/crash/crash_states.h - every folder that a crash may leave.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "disk_history.h"

namespace berth::test {

// Fine: many ways to tear a file. Coarse: fewer, where several files are torn at once.
enum class Detail { Fine, Coarse };

// The model of a disk: each name in a folder, and each file's size, mode and blocks, are kept
// apart. After a crash each has any value that it had since its last sync (of the folder, of the
// file); a block that was never on disk may hold zeros or junk instead. The one promise without a
// sync is that a rename replaces what is there at once, and takes the old name away only once the
// new one is there.
class CrashStates {
public:
    CrashStates(const DiskHistory& history, Detail detail) : history_(history), detail_(detail) {}

    using Found = std::function<void(FolderImage)>;
    // All folders that are possible when power fails after that event; one may come several times.
    void afterPowerLoss(std::size_t time, const Found& found);
    // Those of a disk that keeps names, sizes and modes in the order of the events, as journals do:
    // all until one moment, with all or nothing of the bytes that were not synced.
    void afterOrderlyPowerLoss(std::size_t time, const Found& found) const;
    // The one folder that is there when only the program dies.
    [[nodiscard]] FolderImage afterKill(std::size_t time) const;

private:
    class Walk;
    struct File {
        ContentPtr content;
        mode_t mode = 0;
    };

    using Bytes = std::function<ContentPtr(const DiskNode&, const FileVersion&)>;
    [[nodiscard]] FolderImage imageAt(std::size_t time, const Bytes& bytes) const;
    [[nodiscard]] std::size_t earliest(std::size_t time) const;
    [[nodiscard]] const std::vector<File>& filesOf(NodeId id, Span span);

    const DiskHistory& history_;
    const Detail detail_;
    std::map<std::pair<NodeId, Span>, std::vector<File>> files_;
};

}  // namespace berth::test
