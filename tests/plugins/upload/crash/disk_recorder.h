// tests/plugins/upload/crash/disk_recorder.h - sees what this program does to a folder.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "disk_history.h"

namespace berth::test {

// While it lives, the calls in disk_calls.cpp tell it of every change beneath the folder. There is
// one at a time.
//
// Threads: any.
class DiskRecorder {
public:
    // `boot` stands for this run of the machine in what is recorded.
    DiskRecorder(const std::filesystem::path& folder, FolderImage image, std::string boot);
    DiskRecorder(const DiskRecorder&) = delete;
    DiskRecorder& operator=(const DiskRecorder&) = delete;
    ~DiskRecorder();

    [[nodiscard]] static DiskRecorder* active() noexcept;

    // Calls `use` with the history while nothing happens.
    template <class Use>
    auto with(Use&& use) {
        const std::lock_guard lock(mutex_);
        return use(history_);
    }

    // `action` runs once, on the thread that is about to sync the folder itself.
    void beforeFolderSync(std::function<void()> action);
    // From now on the program is dead: what it does has no effect. A new one lives again.
    void kill();
    void revive();

    // --- for disk_calls.cpp: each does the call, and notes it when it has an effect ---
    using Call = std::function<long()>;
    long make(int folder, const char* name, bool isFolder, mode_t mode, const Call& call);
    long remove(int folder, const char* name, const Call& call);
    long move(int from, int to, const char* name, const Call& call);
    long write(int file, std::size_t offset, const void* bytes, const Call& call);
    long resize(int file, off_t size, const Call& call);
    long setMode(int file, mode_t mode, const Call& call);
    long sync(int file);

private:
    void know(const std::filesystem::path& path, NodeId id);
    [[nodiscard]] NodeId nodeOf(int descriptor) const;
    void forget(NodeId id);

    mutable std::mutex mutex_;
    DiskHistory history_;
    const std::string boot_;
    dev_t device_ = 0;
    std::map<ino_t, NodeId> nodes_;
    std::function<void()> beforeFolderSync_;
    bool dead_ = false;
};

}  // namespace berth::test
