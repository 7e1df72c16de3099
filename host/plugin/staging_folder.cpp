// host/plugin/staging_folder.cpp - copying, locking and cleaning up of staged plugin files.
#include "host/plugin/staging_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "berth/detail/uninterrupted.h"
#include "host/base/owned_path.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {
namespace {

constexpr std::string_view kUnlabelled = "new";
constexpr std::string_view kSuffix = ".so";

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what, int error) {
    throw PluginError(path.string() + ": " + what + ": " + std::generic_category().message(error));
}

struct stat statusOf(const UniqueFd& file, const std::filesystem::path& path) {
    struct stat status {};
    if (::fstat(file.value(), &status) != 0) fail(path, "cannot be read", errno);
    return status;
}

// Code is loaded from here: nobody else may put files into it.
void makePrivate(const std::filesystem::path& folder) {
    try {
        makeFolders(folder);
    } catch (const PathError& error) {
        throw PluginError(error.what());
    }
    const UniqueFd opened(
        detail::openFile(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!opened) fail(folder, "the folder for staged plugins cannot be opened", errno);
    if (statusOf(opened, folder).st_uid != ::geteuid()) {
        throw PluginError(folder.string() +
                          ": the folder for staged plugins belongs to another user: remove it, or "
                          "set `state` to a folder of this user");
    }
    if (::fchmod(opened.value(), 0700) != 0) {
        fail(folder, "the mode of the folder for staged plugins cannot be set", errno);
    }
}

bool forbidsCode(const std::filesystem::path& folder) {
    struct statvfs status {};
    return ::statvfs(folder.c_str(), &status) == 0 && (status.f_flag & ST_NOEXEC) != 0;
}

void requireCode(const std::filesystem::path& folder) {
    if (!forbidsCode(folder)) return;
    throw PluginError(folder.string() +
                      ": no plugin can be loaded from this folder, whose file system is mounted "
                      "noexec: set `state` to a folder on another one");
}

std::filesystem::path nearestThatExists(std::filesystem::path folder) {
    std::error_code unreadable;
    while (!folder.empty() && folder.has_relative_path() &&
           !std::filesystem::is_directory(folder, unreadable)) {
        folder = folder.parent_path();
    }
    return folder;
}

// Empty when none can be made there.
std::filesystem::path newFolderIn(const std::filesystem::path& folder) {
    auto pattern = (folder / "berth-plugins-XXXXXX").string();
    if (folder.empty() || ::mkdtemp(pattern.data()) == nullptr) return {};
    return pattern;
}

bool isStagedName(const std::string& name) {
    return name.ends_with(kSuffix) && name.find(kLabelEnd) != std::string::npos;
}

// A copy in use is locked by its process; the lock of a dead process is gone.
void removeIfUnused(const std::filesystem::path& file) {
    const UniqueFd opened(
        detail::openFile(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (opened && detail::lockFile(opened.value(), LOCK_EX | LOCK_NB) == 0) ::unlink(file.c_str());
}

void removeLeftOvers(const std::filesystem::path& folder) {
    std::error_code ignored;  // what cannot be cleaned up does no harm
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (isStagedName(entry.path().filename().string())) removeIfUnused(entry.path());
    }
}

void writeAll(const UniqueFd& file, std::span<const char> bytes,
              const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto count = ::write(file.value(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, "the plugin cannot be staged", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void copy(const UniqueFd& from, const std::filesystem::path& source, const UniqueFd& to,
          const std::filesystem::path& target) {
    std::array<char, 65536> buffer;
    for (;;) {
        const auto count = ::read(from.value(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(source, "cannot be read", errno);
        if (count == 0) return;
        writeAll(to, std::span(buffer).first(static_cast<std::size_t>(count)), target);
    }
}

// A file that was made just now, which goes where there is no memory for its owner.
StagedFile owned(const std::string& name, UniqueFd file, const FileIdentity& source) {
    try {
        return {name, std::move(file), source};
    } catch (const std::bad_alloc&) {
        ::unlink(name.c_str());
        throw;
    }
}

// An empty file under a name of its own, locked from the start.
StagedFile newCopy(const std::filesystem::path& folder, const FileIdentity& source) {
    const auto pattern = folder / (std::string(kUnlabelled) + kLabelEnd +
                                   std::to_string(::getpid()) + "-XXXXXX" + std::string(kSuffix));
    auto name = pattern.string();
    auto file = openedBy(
        [&] { return ::mkostemps(name.data(), static_cast<int>(kSuffix.size()), O_CLOEXEC); });
    if (!file) fail(pattern, "the plugin cannot be staged", errno);
    auto staged = owned(name, std::move(file), source);
    if (detail::lockFile(staged.file().value(), LOCK_EX | LOCK_NB) != 0) {
        fail(staged.path(), "the staged plugin cannot be locked", errno);
    }
    return staged;
}

}  // namespace

StagingFolder::StagingFolder(const std::filesystem::path& folder)
    : folder_(std::filesystem::absolute(folder).lexically_normal()) {
    makePrivate(folder_);
    requireCode(folder_);
    removeLeftOvers(folder_);
}

StagingFolder StagingFolder::temporary(const std::filesystem::path& state) {
    std::filesystem::path made;
    if (!state.empty()) made = newFolderIn(nearestThatExists(state));
    std::error_code none;  // TMPDIR may name what is no folder
    const auto usual = std::filesystem::temp_directory_path(none);
    for (const auto& folder :
         {usual, std::filesystem::path("/var/tmp"), std::filesystem::path("/dev/shm")}) {
        if (made.empty() && !forbidsCode(folder)) made = newFolderIn(folder);
    }
    if (made.empty()) fail(usual, "no folder for staged plugins can be made", errno);
    StagingFolder result{made};
    result.temporary_ = true;
    return result;
}

StagingFolder::StagingFolder(StagingFolder&& other) noexcept
    : folder_(std::move(other.folder_)), temporary_(std::exchange(other.temporary_, false)) {}

StagingFolder::~StagingFolder() {
    std::error_code ignored;  // a staged file that is still loaded keeps it
    if (temporary_) std::filesystem::remove(folder_, ignored);
}

StagedFile StagingFolder::stage(const std::filesystem::path& source) const {
    // Not blocking: opening a FIFO would wait for its writer.
    const UniqueFd from(detail::openFile(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!from) fail(source, "cannot be opened", errno);
    const auto before = statusOf(from, source);
    if (!S_ISREG(before.st_mode)) throw PluginError(source.string() + ": not a regular file");

    auto staged = newCopy(folder_, identityOf(before));
    copy(from, source, staged.file(), staged.path());
    if (identityOf(statusOf(from, source)) != identityOf(before)) {
        throw PluginError(source.string() +
                          ": changed while it was read: put plugins in place by renaming (mv or "
                          "install), not by writing over them");
    }
    return staged;
}

}  // namespace berth::host
