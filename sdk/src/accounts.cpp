// sdk/src/accounts.cpp
#include "berth/detail/accounts.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>
#include <vector>

#include "berth/detail/uninterrupted.h"

namespace berth::detail {
namespace {

template <class Id>
std::optional<Id> parseId(const std::string& text) {
    Id id{};
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, id);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return id;
}

// As getpwnam_r(3) lists them.
bool saysNothingFound(int error) {
    return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM;
}

// Without one to read its files, the user database says that there is no such entry.
// Throws: std::system_error when there is none left.
void requireDescriptors() {
    const int any = detail::openFile("/dev/null", O_RDONLY | O_CLOEXEC);
    if (any < 0) throw std::system_error(errno, std::generic_category());
    ::close(any);
}

// Calls a getXXX_r function with a buffer that is large enough; null when there is no entry.
// Throws: std::system_error when the user database could not be asked.
template <class Entry, class Lookup>
const Entry* lookUp(Entry& entry, std::vector<char>& buffer, const Lookup& lookup) {
    buffer.resize(1024);
    for (;;) {
        Entry* found = nullptr;
        const int error = lookup(&entry, buffer.data(), buffer.size(), &found);
        if (found == nullptr && saysNothingFound(error)) requireDescriptors();
        if (found != nullptr || saysNothingFound(error)) return found;
        if (error != ERANGE) throw std::system_error(error, std::generic_category());
        buffer.resize(buffer.size() * 2);
    }
}

}  // namespace

std::optional<User> findUser(const std::string& text) {
    passwd entry{};
    std::vector<char> buffer;
    const auto* found =
        lookUp(entry, buffer, [&](auto... rest) { return ::getpwnam_r(text.c_str(), rest...); });
    if (found == nullptr) {
        const auto id = parseId<uid_t>(text);
        if (!id) return std::nullopt;
        found = lookUp(entry, buffer, [&](auto... rest) { return ::getpwuid_r(*id, rest...); });
    }
    if (found == nullptr) return std::nullopt;
    return User{found->pw_name, found->pw_uid, found->pw_gid};
}

std::optional<gid_t> findGroup(const std::string& text) {
    group entry{};
    std::vector<char> buffer;
    const auto* found =
        lookUp(entry, buffer, [&](auto... rest) { return ::getgrnam_r(text.c_str(), rest...); });
    if (found != nullptr) return found->gr_gid;
    return parseId<gid_t>(text);
}

}  // namespace berth::detail
