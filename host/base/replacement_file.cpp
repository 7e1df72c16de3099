// host/base/replacement_file.cpp
#include "host/base/replacement_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "berth/detail/uninterrupted.h"

namespace berth::host {
namespace {

[[noreturn]] void fail(const char* what, int error = errno) {
    throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

ReplacementFile::ReplacementFile(int folder, std::string name, mode_t mode)
    : folder_(folder), name_(std::move(name)), made_(name_ + ".new." + std::to_string(::getpid())) {
    ::unlinkat(folder_, made_.c_str(), 0);  // left by a process that had the same number and died
    file_ = UniqueFd(detail::openFileAt(
        folder_, made_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (file_ && ::fchmod(file_.value(), mode) == 0) return;
    const int error = errno;
    if (file_) ::unlinkat(folder_, made_.c_str(), 0);
    fail("cannot make it", error);
}

ReplacementFile::~ReplacementFile() {
    if (!made_.empty()) ::unlinkat(folder_, made_.c_str(), 0);
}

void ReplacementFile::write(std::string_view text) {
    if (!detail::writeWhole(file_.value(), text) || detail::syncFile(file_.value()) != 0) {
        fail("cannot write it");
    }
}

void ReplacementFile::replace() {
    if (::renameat(folder_, made_.c_str(), folder_, name_.c_str()) != 0) fail("cannot make it");
    made_.clear();
}

bool ReplacementFile::publish() {
    if (::renameat2(folder_, made_.c_str(), folder_, name_.c_str(), RENAME_NOREPLACE) == 0) {
        made_.clear();
        return true;
    }
    if (errno != EEXIST) fail("cannot make it");
    return false;
}

}  // namespace berth::host
