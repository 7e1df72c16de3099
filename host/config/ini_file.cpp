// host/config/ini_file.cpp - reads a file up to the limit that parseIni() has.
#include "host/config/ini_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "berth/detail/uninterrupted.h"
#include "host/base/unique_fd.h"

namespace berth::host {
namespace {

void reportUnreadable(const std::filesystem::path& file, const std::string& reason,
                      std::vector<Diagnostic>& diagnostics) {
    diagnostics.push_back({.position = {.file = file},
                           .code = "unreadable-file",
                           .message = "cannot read the file: " + reason});
}

std::string errorText(int error) {
    return std::generic_category().message(error);
}

// Not blocking: opening a FIFO would wait for its writer. errno tells why there is none.
UniqueFd openForReading(const std::filesystem::path& file) {
    return UniqueFd(detail::openFile(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

// The start of the file, a little more than `limit` bytes at most; nothing when it cannot be read.
std::optional<std::string> readUpTo(const UniqueFd& file, std::size_t limit) {
    std::vector<char> buffer(std::size_t{16} << 10);
    std::string text;
    while (text.size() <= limit) {
        const auto count = ::read(file.value(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return std::nullopt;
        if (count == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

}  // namespace

std::optional<IniDocument> readIniFile(const std::filesystem::path& file,
                                       std::vector<Diagnostic>& diagnostics) {
    const auto opened = openForReading(file);
    if (!opened) {
        reportUnreadable(file, errorText(errno), diagnostics);
        return std::nullopt;
    }
    struct stat status {};
    if (::fstat(opened.value(), &status) != 0) {
        reportUnreadable(file, errorText(errno), diagnostics);
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        reportUnreadable(file, "it is not a regular file", diagnostics);
        return std::nullopt;
    }
    const auto text = readUpTo(opened, kMaxIniFile);
    if (!text) {
        reportUnreadable(file, errorText(errno), diagnostics);
        return std::nullopt;
    }
    return parseIni(file, *text, diagnostics);
}

}  // namespace berth::host
