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

#include "berth/detail/uninterrupted.h"
#include "host/base/own_descriptors.h"

namespace berth::host {
namespace {

[[noreturn]] void fail(const char* what, const std::filesystem::path& path,
                       const std::string& reason) {
    throw std::runtime_error(std::string(what) + " the log file " + path.string() + ": " + reason);
}

struct stat statusOf(int descriptor) noexcept {
    struct stat status {};
    static_cast<void>(::fstat(descriptor, &status));
    return status;
}

// Why there is nothing to write to behind the path.
std::string reasonOf(const std::filesystem::path& path, int error) {
    struct stat found {};
    if (error == ENXIO && ::stat(path.c_str(), &found) == 0) {
        if (S_ISSOCK(found.st_mode)) return "it is a socket; set log to stderr, syslog or a file";
        if (S_ISFIFO(found.st_mode)) {
            return "it is a FIFO that nobody reads; start its reader first, or set log to a file";
        }
    }
    return std::generic_category().message(error);
}

// Not blocking: opening a FIFO would wait for its reader, and writing to it as well.
UniqueFd openFile(const std::filesystem::path& path, mode_t mode) {
    UniqueFd file(detail::openFile(
        path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode));
    if (!file) fail("cannot open", path, reasonOf(path, errno));
    struct stat status {};
    if (::fstat(file.value(), &status) != 0) {
        fail("cannot open", path, std::generic_category().message(errno));
    }
    const auto type = status.st_mode & S_IFMT;
    if (type != S_IFREG && type != S_IFCHR && type != S_IFIFO) {
        fail("cannot open", path, "it is no file that lines can be appended to");
    }
    own_descriptors::remove(file.value());  // a child may have something to tell
    return file;
}

bool isRegularFile(const UniqueFd& file) noexcept {
    return S_ISREG(statusOf(file.value()).st_mode);
}

bool endsWithinALine(const UniqueFd& file) noexcept {
    const auto status = statusOf(file.value());
    if (!S_ISREG(status.st_mode) || status.st_size == 0) return false;
    const auto path = "/proc/self/fd/" + std::to_string(file.value());
    const UniqueFd readable(detail::openFile(path.c_str(), O_RDONLY | O_CLOEXEC));
    char last = '\n';
    return readable && ::pread(readable.value(), &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

LogFile::LogFile(std::filesystem::path path, mode_t mode)
    : path_(std::move(path)),
      mode_(mode),
      file_(openFile(path_, mode_)),
      regular_(isRegularFile(file_)),
      lines_(endsWithinALine(file_)) {}

std::size_t LogFile::write(const LogBatch& batch, std::size_t first, std::size_t end) {
    try {
        return lines_.write(file_.value(), batch, first, end);
    } catch (const std::system_error& error) {
        fail("cannot write to", path_, error.code().message());
    }
}

void LogFile::writeWhole(std::string_view line) {
    LogBatch batch;
    batch.append(LogLevel::Information, line);
    const bool begun = write(batch, 0, 1) == 1;
    try {
        if (begun && lines_.finish(file_.value())) return;
    } catch (const std::system_error& error) {
        fail("cannot write to", path_, error.code().message());
    }
    fail("cannot write to", path_, "it takes nothing at the moment");
}

void LogFile::sync() {
    // A pipe or a device has no disk behind it.
    if (detail::uninterrupted([&] { return ::fdatasync(file_.value()); }) != 0 && errno != EINVAL &&
        errno != EROFS) {
        fail("cannot sync", path_, std::generic_category().message(errno));
    }
}

void LogFile::reopen() {
    auto fresh = openFile(path_, mode_);
    try {
        static_cast<void>(lines_.finish(file_.value()));
    } catch (const std::system_error&) {
        // The old file keeps half a line, and the new one ends what it has of it.
    }
    file_ = std::move(fresh);
    regular_ = isRegularFile(file_);
    lines_ = LineWriter(endsWithinALine(file_));
}

std::uint64_t LogFile::size() const noexcept {
    return static_cast<std::uint64_t>(statusOf(file_.value()).st_size);
}

bool LogFile::isAtPath() const noexcept {
    const auto open = statusOf(file_.value());
    struct stat found {};
    return ::stat(path_.c_str(), &found) == 0 && open.st_dev == found.st_dev &&
           open.st_ino == found.st_ino;
}

}  // namespace berth::host
