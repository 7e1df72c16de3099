// plugins/exec/file_rights.cpp - by system calls: glibc's functions change every thread.
#include "exec/file_rights.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace berth::exec {
namespace {

// Not an id: only tells the present one.
constexpr auto kAsk = static_cast<unsigned>(-1);

std::vector<gid_t> ownGroups() {
    std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
    ::getgroups(static_cast<int>(groups.size()), groups.data());
    return groups;
}

void takeRights(uid_t user, gid_t group, const std::vector<gid_t>& groups) noexcept {
    ::syscall(SYS_setgroups, groups.size(), groups.data());
    ::syscall(SYS_setfsgid, group);
    ::syscall(SYS_setfsuid, user);
}

}  // namespace

FileRights::FileRights(const std::optional<Identity>& identity) : changed_(identity.has_value()) {
    if (!changed_) return;
    groups_ = ownGroups();
    user_ = static_cast<uid_t>(::syscall(SYS_setfsuid, kAsk));
    group_ = static_cast<gid_t>(::syscall(SYS_setfsgid, kAsk));
    takeRights(identity->user, identity->group, identity->groups);
    if (::syscall(SYS_setfsuid, kAsk) == static_cast<long>(identity->user)) return;
    takeRights(user_, group_, groups_);
    throw std::system_error(EPERM, std::generic_category(), "cannot use the rights of run_as");
}

// In the other order: only the host's own user may set groups.
FileRights::~FileRights() {
    if (!changed_) return;
    ::syscall(SYS_setfsuid, user_);
    ::syscall(SYS_setfsgid, group_);
    ::syscall(SYS_setgroups, groups_.size(), groups_.data());
}

}  // namespace berth::exec
