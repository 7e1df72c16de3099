// host/base/owned_path.cpp
#include "host/base/owned_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "berth/detail/uninterrupted.h"

namespace berth::host {
namespace {

constexpr mode_t kPrivate = 0700;
constexpr mode_t kWritableByOthers = S_IWGRP | S_IWOTH;

struct OpenFolder {
    UniqueFd descriptor;
    struct stat status {};
};

OpenFolder open(const std::filesystem::path& folder) {
    OpenFolder opened;
    opened.descriptor =
        UniqueFd(detail::openFile(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.descriptor) throw PathError(folder, "the folder cannot be opened", errno);
    if (::fstat(opened.descriptor.value(), &opened.status) != 0) {
        throw PathError(folder, "the folder cannot be looked at", errno);
    }
    return opened;
}

std::string octal(mode_t mode) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
    return text.data();
}

[[noreturn]] void refuseOwner(const std::filesystem::path& folder, uid_t owner) {
    throw PathError(folder.string() + ": the folder belongs to user " + std::to_string(owner) +
                    ", and berthd runs as user " + std::to_string(::geteuid()) +
                    "; give it to that user (chown), or name another folder");
}

[[noreturn]] void refuseMode(const std::filesystem::path& folder, mode_t mode) {
    throw PathError(folder.string() + ": others may write to the folder (its mode is " +
                    octal(mode) + "); take that away: chmod go-w " + folder.string());
}

}  // namespace

PathError::PathError(const std::filesystem::path& path, const std::string& what, int error)
    : std::runtime_error(path.string() + ": " + what + ": " +
                         std::generic_category().message(error)) {}

void makeFolders(const std::filesystem::path& folder) {
    std::error_code unreadable;  // mkdir tells what is wrong
    if (folder.empty() || std::filesystem::is_directory(folder, unreadable)) return;
    makeFolders(folder.has_filename() ? folder.parent_path() : folder.parent_path().parent_path());
    if (::mkdir(folder.c_str(), kPrivate) == 0) {
        static_cast<void>(::chmod(folder.c_str(), kPrivate));  // a umask may have taken it away
    } else if (errno != EEXIST) {
        throw PathError(folder, "the folder cannot be made", errno);
    }
}

void makePrivateFolder(const std::filesystem::path& folder) {
    makeFolders(folder);
    const auto status = open(folder).status;
    if (status.st_uid != ::geteuid()) refuseOwner(folder, status.st_uid);
    if ((status.st_mode & kWritableByOthers) != 0) refuseMode(folder, status.st_mode);
}

UniqueFd openSafeFolder(const std::filesystem::path& folder) {
    auto [descriptor, status] = open(folder.empty() ? "." : folder);
    if (status.st_uid != ::geteuid() && status.st_uid != 0) refuseOwner(folder, status.st_uid);
    const bool sticky = (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & kWritableByOthers) != 0 && !sticky) refuseMode(folder, status.st_mode);
    return std::move(descriptor);
}

}  // namespace berth::host
