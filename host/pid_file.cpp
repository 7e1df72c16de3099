// host/pid_file.cpp
#include "host/pid_file.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace berth::host {

PidFile::PidFile(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty()) return;
    const auto own = ::getpid();
    const std::filesystem::path made = path_.string() + ".new." + std::to_string(own);
    errno = 0;
    std::ofstream file(made, std::ios::trunc);
    file << own << '\n';
    file.close();
    if (!file) {
        throw std::filesystem::filesystem_error(
            "the pid file cannot be written", path_,
            std::error_code(errno == 0 ? EIO : errno, std::generic_category()));
    }
    std::filesystem::rename(made, path_);
}

PidFile::~PidFile() {
    if (path_.empty()) return;
    long number = 0;
    if (std::ifstream(path_) >> number && number == ::getpid()) ::unlink(path_.c_str());
}

}  // namespace berth::host
