// plugins/upload/state_file.cpp
#include "upload/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>

#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr mode_t kStateFileMode = 0600;

struct flock wholeFile(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool tryLock(int fd) {
    auto lock = wholeFile(F_WRLCK);
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    throwLastError("cannot lock a file");
}

// False when the file was removed between opening and locking it.
bool isStillThere(const Directory& directory, const std::string& name, int fd) {
    struct stat mine {};
    if (::fstat(fd, &mine) != 0) throwLastError("cannot look at a locked file");
    const auto there = directory.find(name);
    return there && there->st_ino == mine.st_ino && there->st_dev == mine.st_dev;
}

std::optional<PartState> readState(int fd) {
    std::array<std::byte, kMaxStateText> buffer{};
    const auto size = readAt(fd, buffer, 0);
    return parseState({reinterpret_cast<const char*>(buffer.data()), size});
}

}  // namespace

std::optional<StateFile> StateFile::lock(const Directory& states, const std::string& name) {
    for (;;) {
        StateFile file(states.open(name, O_RDWR | O_CREAT, kStateFileMode));
        if (!tryLock(file.fd_.value())) return std::nullopt;
        if (isStillThere(states, name, file.fd_.value())) return file;
    }
}

// Closing alone would leave the lock to a child that was forked and has not yet begun its program.
StateFile::~StateFile() {
    if (!fd_) return;
    auto nothing = wholeFile(F_UNLCK);
    ::fcntl(fd_.value(), F_OFD_SETLK, &nothing);
}

StateFile::Seen StateFile::look(const Directory& states, const std::string& name) {
    const auto fd = states.open(name, O_RDONLY);
    if (!fd) return {};
    auto holder = wholeFile(F_WRLCK);
    if (::fcntl(fd.value(), F_OFD_GETLK, &holder) != 0) throwLastError("cannot look at a lock");
    return {readState(fd.value()), holder.l_type != F_UNLCK};
}

std::optional<PartState> StateFile::read() const {
    return readState(fd_.value());
}

void StateFile::write(const PartState& state) const {
    const auto text = formatState(state);
    const auto written = ::pwrite(fd_.value(), text.data(), text.size(), 0);
    if (written < 0 || static_cast<std::size_t>(written) != text.size() ||
        ::ftruncate(fd_.value(), static_cast<off_t>(text.size())) != 0) {
        throwLastError("cannot write the state of a file");
    }
}

}  // namespace berth::upload
