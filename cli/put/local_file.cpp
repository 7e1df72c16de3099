// cli/put/local_file.cpp
#include "cli/put/local_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "berth/detail/require.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

[[noreturn]] void failToRead(const std::string& path, int error) {
    const auto code = error == EACCES ? ExitCode::NoPermission
                      : error == EIO  ? ExitCode::InputOutput
                                      : ExitCode::NoInput;
    throw Failure(code, path + ": cannot be read: " + std::generic_category().message(error));
}

}  // namespace

// Opened without waiting, so that a named pipe is refused and not waited for.
LocalFile::LocalFile(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (!file_) failToRead(path, errno);
    struct stat status {};
    if (::fstat(file_.value(), &status) != 0) failToRead(path, errno);
    if (S_ISDIR(status.st_mode)) {
        throw Failure(ExitCode::NoInput, path + ": is a directory; give the files in it");
    }
    if (!S_ISREG(status.st_mode)) {
        throw Failure(ExitCode::NoInput, path + ": is no regular file, so its size is unknown");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
}

std::string LocalFile::name() const {
    return std::filesystem::path(path_).filename().string();
}

std::string_view LocalFile::read(std::uint64_t offset, std::span<char> buffer) const {
    BERTH_REQUIRE(offset < size_);
    const auto wanted = std::min<std::uint64_t>(buffer.size(), size_ - offset);
    ssize_t count = 0;
    do {
        count = ::pread(file_.value(), buffer.data(), wanted, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    if (count < 0) failToRead(path_, errno);
    if (count == 0) {
        throw Failure(ExitCode::Data, path_ + ": became shorter while it was sent (" +
                                          std::to_string(offset) + " of " + std::to_string(size_) +
                                          " bytes); nothing was published");
    }
    return {buffer.data(), static_cast<std::size_t>(count)};
}

}  // namespace berth::cli
