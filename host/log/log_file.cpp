// host/log/log_file.cpp - open, append and reopen with plain system calls: Poco's file channel
// leaves its descriptor to child processes and says no reason when it cannot open.
#include "host/log/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace berth::host {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path, int error) {
    throw std::runtime_error(std::string(what) + " the log file " + path.string() + ": " +
                             std::generic_category().message(error));
}

UniqueFd openFile(const std::filesystem::path& path, mode_t mode) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, mode));
    if (!file) fail("cannot open", path, errno);
    return file;
}

}  // namespace

LogFile::LogFile(std::filesystem::path path, mode_t mode)
    : path_(std::move(path)), mode_(mode), file_(openFile(path_, mode_)) {}

void LogFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file_.value(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("cannot write to", path_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void LogFile::sync() noexcept {
    ::fdatasync(file_.value());
}

void LogFile::reopen() {
    file_ = openFile(path_, mode_);
}

std::uint64_t LogFile::size() const noexcept {
    struct stat status {};
    return ::fstat(file_.value(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

bool LogFile::isAtPath() const noexcept {
    struct stat open {};
    struct stat found {};
    return ::fstat(file_.value(), &open) == 0 && ::stat(path_.c_str(), &found) == 0 &&
           open.st_dev == found.st_dev && open.st_ino == found.st_ino;
}

}  // namespace berth::host
