// cli/put/local_file.h - a file of this machine that is to be sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "berth/unique_fd.h"

namespace berth::cli {

// Throws: Failure when the file is missing, no regular file, or cannot be read.
class LocalFile {
public:
    explicit LocalFile(const std::string& path);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    // The last component of the path.
    [[nodiscard]] std::string name() const;
    // As it was when the file was opened.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // The bytes from `offset` on, as many as the buffer takes and the file had when opened.
    // Requires: offset < size(). Throws: Failure, also when the file has become shorter.
    [[nodiscard]] std::string_view read(std::uint64_t offset, std::span<char> buffer) const;

private:
    std::string path_;
    UniqueFd file_;
    std::uint64_t size_ = 0;
};

}  // namespace berth::cli
