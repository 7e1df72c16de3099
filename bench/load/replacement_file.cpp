// bench/load/replacement_file.cpp
#include "bench/load/replacement_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "berth/detail/require.h"

namespace berth::bench {
namespace {

// What open(2) gives a new file, which mkostemp does not. The mask can only be read by setting it,
// so no other thread may make files meanwhile.
mode_t usualMode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

ReplacementFile::ReplacementFile(std::string path) : path_(std::move(path)) {
    struct stat there {};
    if (::stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
        fail(S_ISDIR(there.st_mode) ? EISDIR : EINVAL);
    }
    const std::filesystem::path whole(path_);
    hidden_ = (whole.parent_path() / ("." + whole.filename().string() + ".XXXXXX")).string();
    file_ = Descriptor(::mkostemp(hidden_.data(), O_CLOEXEC));
    if (!file_.valid()) {
        hidden_.clear();
        fail(errno);
    }
    ::fchmod(file_.number(), usualMode());
}

ReplacementFile::~ReplacementFile() {
    if (!hidden_.empty()) ::unlink(hidden_.c_str());
}

void ReplacementFile::replace(std::string_view content) {
    BERTH_REQUIRE(!hidden_.empty());
    while (!content.empty()) {
        const auto written = ::write(file_.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (std::rename(hidden_.c_str(), path_.c_str()) != 0) fail(errno);
    hidden_.clear();
}

void ReplacementFile::fail(int error) const {
    throw std::system_error(error, std::generic_category(), "cannot write " + path_);
}

}  // namespace berth::bench
