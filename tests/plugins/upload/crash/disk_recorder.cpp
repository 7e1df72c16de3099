// tests/plugins/upload/crash/disk_recorder.cpp
#include "disk_recorder.h"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "upload/part_state.h"

namespace berth::test {
namespace {

std::atomic<DiskRecorder*> theRecorder{nullptr};

bool exists(int folder, const char* name) {
    struct stat entry {};
    return ::fstatat(folder, name, &entry, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

DiskRecorder* DiskRecorder::active() noexcept {
    return theRecorder.load();
}

DiskRecorder::DiskRecorder(const std::filesystem::path& folder, FolderImage image, std::string boot)
    : history_(image), boot_(std::move(boot)) {
    know(folder, DiskHistory::kRoot);
    for (const auto& [path, item] : image) know(folder / path, history_.find(path));
    theRecorder = this;
}

DiskRecorder::~DiskRecorder() {
    theRecorder = nullptr;
}

void DiskRecorder::know(const std::filesystem::path& path, NodeId id) {
    struct stat entry {};
    if (::lstat(path.c_str(), &entry) != 0) return;
    device_ = entry.st_dev;
    nodes_[entry.st_ino] = id;
}

NodeId DiskRecorder::nodeOf(int descriptor) const {
    struct stat entry {};
    if (::fstat(descriptor, &entry) != 0 || entry.st_dev != device_) return 0;
    const auto found = nodes_.find(entry.st_ino);
    return found == nodes_.end() ? 0 : found->second;
}

// Its number may be given to another file now.
void DiskRecorder::forget(NodeId id) {
    std::erase_if(nodes_, [id](const auto& known) { return known.second == id; });
}

void DiskRecorder::beforeFolderSync(std::function<void()> action) {
    const std::lock_guard lock(mutex_);
    beforeFolderSync_ = std::move(action);
}

void DiskRecorder::kill() {
    const std::lock_guard lock(mutex_);
    dead_ = true;
    history_.happened("the program is killed");
}

void DiskRecorder::revive() {
    const std::lock_guard lock(mutex_);
    dead_ = false;
}

long DiskRecorder::make(int folder, const char* name, bool isFolder, mode_t mode,
                        const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto parent = nodeOf(folder);
    if (parent != 0 && dead_) return errno = EIO, -1;
    const bool isNew = parent != 0 && !exists(folder, name);
    const auto result = call();
    const int error = errno;
    struct stat entry {};
    if (isNew && result >= 0 && ::fstatat(folder, name, &entry, AT_SYMLINK_NOFOLLOW) == 0) {
        nodes_[entry.st_ino] = history_.make(parent, name, isFolder, mode);
    }
    errno = error;
    return result;
}

long DiskRecorder::remove(int folder, const char* name, const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto parent = nodeOf(folder);
    if (parent != 0 && dead_) return 0;
    const auto result = call();
    if (parent == 0 || result != 0) return result;
    const auto id = history_.find(parent, name);
    history_.remove(parent, name);
    forget(id);
    return result;
}

long DiskRecorder::move(int from, int to, const char* name, const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto source = nodeOf(from);
    const auto target = nodeOf(to);
    if (source != 0 && dead_) return 0;
    const auto old = target == 0 ? 0 : history_.find(target, name);
    const auto result = call();
    if (source == 0 || target == 0 || result != 0) return result;
    history_.move(source, target, name);
    if (old != 0) forget(old);
    return result;
}

long DiskRecorder::write(int file, std::size_t offset, const void* bytes, const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto id = nodeOf(file);
    const auto result = call();
    if (id == 0 || result <= 0) return result;
    std::string text(static_cast<const char*>(bytes), static_cast<std::size_t>(result));
    history_.write(id, offset, replaced(std::move(text), upload::currentBoot(), boot_));
    return result;
}

long DiskRecorder::resize(int file, off_t size, const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto id = nodeOf(file);
    const auto result = call();
    if (id == 0 || result != 0) return result;
    const auto length = static_cast<std::size_t>(size);
    if (history_.node(id).versions.back().content->bytes.size() != length) {
        history_.resize(id, length);
    }
    return result;
}

long DiskRecorder::setMode(int file, mode_t mode, const Call& call) {
    const std::lock_guard lock(mutex_);
    const auto id = nodeOf(file);
    const auto result = call();
    if (id != 0 && result == 0) history_.setMode(id, mode);
    return result;
}

long DiskRecorder::sync(int file) {
    std::function<void()> action;
    {
        const std::lock_guard lock(mutex_);
        if (nodeOf(file) == DiskHistory::kRoot) action = std::exchange(beforeFolderSync_, nullptr);
    }
    if (action) action();
    const std::lock_guard lock(mutex_);
    const auto id = nodeOf(file);
    if (id != 0 && !dead_) history_.sync(id);
    return 0;
}

}  // namespace berth::test
