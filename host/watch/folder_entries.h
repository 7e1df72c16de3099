// host/watch/folder_entries.h
#pragma once

#include <filesystem>
#include <system_error>

namespace berth::host {

// None when there is no such folder, or it may not be read. Throws:
// std::filesystem::filesystem_error for any other reason, since what is not seen would be taken for
// what is not there.
[[nodiscard]] inline std::filesystem::directory_iterator entriesOf(
    const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::directory_iterator entries(folder, failed);
    if (failed && failed != std::errc::no_such_file_or_directory &&
        failed != std::errc::not_a_directory && failed != std::errc::permission_denied) {
        throw std::filesystem::filesystem_error("cannot look through the folder", folder, failed);
    }
    return entries;
}

}  // namespace berth::host
