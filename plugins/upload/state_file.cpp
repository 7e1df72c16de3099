// plugins/upload/state_file.cpp
#include "upload/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include "berth/detail/uninterrupted.h"
#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr mode_t kStateFileMode = 0600;

// The locks mean bytes of the file, whatever it contains: the holder has the first, whoever claims
// it the second, and from the third on the holder has as many as its file will be large. So a
// killed program's lock, claim and promise go with it.
constexpr off_t kHolder = 0;
constexpr off_t kClaimant = 1;
constexpr off_t kPromise = 2;
constexpr off_t kToTheEnd = 0;

struct flock bytes(short type, off_t start, off_t count) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = start;
    lock.l_len = count;
    return lock;
}

bool tryLock(int fd, off_t start, off_t count) {
    auto lock = bytes(F_WRLCK, start, count);
    if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    throwLastError("cannot lock a file");
}

// Closing alone would leave a lock to a child that was forked and has not yet begun its program.
void unlock(int fd) noexcept {
    auto all = bytes(F_UNLCK, kHolder, kToTheEnd);
    ::fcntl(fd, F_OFD_SETLK, &all);
}

// What somebody else has locked of these bytes.
std::optional<struct flock> foreignLock(int fd, off_t start, off_t count) {
    auto lock = bytes(F_WRLCK, start, count);
    if (::fcntl(fd, F_OFD_GETLK, &lock) != 0) throwLastError("cannot look at a lock");
    return lock.l_type == F_UNLCK ? std::nullopt : std::optional(lock);
}

// False when the file was removed between opening and locking it.
bool isStillThere(const Directory& directory, const std::string& name, int fd) {
    struct stat mine {};
    if (::fstat(fd, &mine) != 0) throwLastError("cannot look at a locked file");
    const auto there = directory.find(name);
    return there && there->st_ino == mine.st_ino && there->st_dev == mine.st_dev;
}

std::optional<PartState> readState(int fd) {
    std::array<std::byte, kStateText> buffer{};
    const auto size = readAt(fd, buffer, 0);
    return parseState({reinterpret_cast<const char*>(buffer.data()), size});
}

}  // namespace

std::optional<StateFile> StateFile::lock(const Directory& states, const std::string& name) {
    for (;;) {
        StateFile file(states.open(name, O_RDWR | O_CREAT, kStateFileMode));
        if (!tryLock(file.fd_.value(), kHolder, 1)) return std::nullopt;
        if (isStillThere(states, name, file.fd_.value())) return file;
    }
}

StateFile::~StateFile() {
    if (fd_) unlock(fd_.value());
}

StateFile::Seen StateFile::look(const Directory& states, const std::string& name) {
    const auto fd = states.open(name, O_RDONLY);
    if (!fd) return {};
    Seen seen{.state = readState(fd.value()),
              .locked = foreignLock(fd.value(), kHolder, 1).has_value()};
    const auto promise = foreignLock(fd.value(), kPromise, kToTheEnd);
    if (promise && promise->l_start == kPromise) {
        seen.promised = static_cast<std::uint64_t>(promise->l_len);
    }
    return seen;
}

void StateFile::promise(std::uint64_t fileSize) const {
    constexpr std::uint64_t kMost = std::numeric_limits<off_t>::max() - kPromise;
    const auto count = static_cast<off_t>(std::min(fileSize, kMost));
    if (count > 0) static_cast<void>(tryLock(fd_.value(), kPromise, count));
}

bool StateFile::isClaimed() const {
    return foreignLock(fd_.value(), kClaimant, 1).has_value();
}

std::optional<Claim> Claim::make(const Directory& states, const std::string& name) {
    auto fd = states.open(name, O_RDWR);
    if (!fd || !tryLock(fd.value(), kClaimant, 1)) return std::nullopt;
    Claim claim(std::move(fd));
    if (!foreignLock(claim.fd_.value(), kHolder, 1)) return std::nullopt;
    return claim;
}

Claim::~Claim() {
    if (fd_) unlock(fd_.value());
}

std::optional<PartState> StateFile::read() {
    auto state = readState(fd_.value());
    if (state && state->safe > 0) tellsOfSafeBytes_ = true;
    return state;
}

void StateFile::write(const PartState& state) {
    const auto text = formatState(state);
    const auto written = ::pwrite(fd_.value(), text.data(), text.size(), 0);
    if (written < 0 || static_cast<std::size_t>(written) != text.size()) {
        throwLastError("cannot write the state of a file");
    }
    const bool tells = state.safe > 0;
    if (!tells && !tellsOfSafeBytes_) return;
    tellsOfSafeBytes_ = true;
    sync();
    tellsOfSafeBytes_ = tells;
}

void StateFile::clear() {
    if (tellsOfSafeBytes_) write({});
}

void StateFile::sync() const {
    if (detail::syncFile(fd_.value()) != 0) throwLastError("cannot sync the state of a file");
}

}  // namespace berth::upload
