// host/config/ini_file.cpp - reads a file up to the limit that parseIni() has.
#include "host/config/ini_file.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace berth::host {
namespace {

void reportUnreadable(const std::filesystem::path& file, const std::string& reason,
                      std::vector<Diagnostic>& diagnostics) {
    diagnostics.push_back({.position = {.file = file},
                           .code = "unreadable-file",
                           .message = "cannot read the file: " + reason});
}

// The start of the stream, a little more than `limit` bytes at most.
std::string readUpTo(std::istream& in, std::size_t limit) {
    std::array<char, 16 << 10> buffer{};
    std::string text;
    while (text.size() <= limit && in) {
        in.read(buffer.data(), buffer.size());
        text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

std::string errorText(int error) {
    return std::generic_category().message(error);
}

}  // namespace

std::optional<IniDocument> readIniFile(const std::filesystem::path& file,
                                       std::vector<Diagnostic>& diagnostics) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        reportUnreadable(file, "it is not a regular file", diagnostics);
        return std::nullopt;
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        reportUnreadable(file, errorText(errno), diagnostics);
        return std::nullopt;
    }
    const auto text = readUpTo(in, kMaxIniFile);
    if (in.bad()) {
        reportUnreadable(file, errorText(errno), diagnostics);
        return std::nullopt;
    }
    return parseIni(file, text, diagnostics);
}

}  // namespace berth::host
