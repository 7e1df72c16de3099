// host/process/pid_file.cpp
#include "host/process/pid_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

#include "berth/detail/uninterrupted.h"
#include "host/base/owned_path.h"
#include "host/base/replacement_file.h"

namespace berth::host {
namespace {

constexpr mode_t kMode = 0644;

void requireReplaceable(int folder, const std::filesystem::path& path) {
    struct stat found {};
    if (::fstatat(folder, path.filename().c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return;
        throw PathError(path, "the pid file cannot be looked at", errno);
    }
    if (S_ISREG(found.st_mode) && found.st_uid == ::geteuid()) return;
    throw PathError(path.string() + ": the pid file would take the place of " +
                    (S_ISREG(found.st_mode) ? "another user's file" : "what is no plain file") +
                    "; remove that, or name another one");
}

}  // namespace

PidFile::PidFile(const std::filesystem::path& path) : name_(path.filename()) {
    if (path.empty()) return;
    folder_ = openSafeFolder(path.parent_path());
    requireReplaceable(folder_.value(), path);
    try {
        ReplacementFile file(folder_.value(), name_, kMode);
        file.write(std::to_string(::getpid()) + '\n');
        file.replace();
    } catch (const std::system_error& error) {
        throw PathError(path, "the pid file cannot be written", error.code().value());
    }
}

PidFile::~PidFile() {
    if (!folder_) return;
    const UniqueFd file(detail::openFileAt(
        folder_.value(), name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    std::array<char, 24> text{};
    const auto count = file ? ::read(file.value(), text.data(), text.size()) : -1;
    pid_t number = 0;
    if (count > 0) std::from_chars(text.data(), text.data() + count, number);
    if (number == ::getpid()) ::unlinkat(folder_.value(), name_.c_str(), 0);
}

}  // namespace berth::host
