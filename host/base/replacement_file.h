// host/base/replacement_file.h - a file that appears under its name as a whole.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "host/base/unique_fd.h"

namespace berth::host {

// Made beside the name that it is to get, without following a link, and removed unless it got it.
//
// Threads: one. Lifetime: borrows the folder's descriptor.
class ReplacementFile {
public:
    // The mode holds whatever the umask is. Throws: std::system_error.
    ReplacementFile(int folder, std::string name, mode_t mode);
    ReplacementFile(const ReplacementFile&) = delete;
    ReplacementFile& operator=(const ReplacementFile&) = delete;
    ~ReplacementFile();

    // Returns when it is on the disk. Throws: std::system_error.
    void write(std::string_view text);

    // Takes the place of what has the name. Throws: std::system_error.
    void replace();
    // The same where nothing has the name. False when something does.
    [[nodiscard]] bool publish();

private:
    int folder_;
    std::string name_;
    std::string made_;
    UniqueFd file_;
};

}  // namespace berth::host
