// host/watch/inotify.cpp
#include "host/watch/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace berth::host {

Inotify::Inotify() : queue_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (!queue_) {
        throw std::system_error(errno, std::generic_category(),
                                "cannot watch folders; fs.inotify.max_user_instances may be small");
    }
}

int Inotify::add(const std::filesystem::path& folder, std::uint32_t mask) const {
    const auto watch =
        ::inotify_add_watch(queue_.value(), folder.c_str(), mask | IN_ONLYDIR | IN_MASK_ADD);
    if (watch >= 0) return watch;
    if (errno == ENOENT || errno == ENOTDIR) return -1;
    throw std::system_error(errno, std::generic_category(), "cannot watch " + folder.string());
}

void Inotify::remove(int watch) const noexcept {
    ::inotify_rm_watch(queue_.value(), watch);
}

std::vector<FolderEvent> Inotify::read() const {
    std::vector<FolderEvent> events;
    alignas(inotify_event) std::array<char, 16384> buffer{};
    for (;;) {
        const auto count = ::read(queue_.value(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return events;
        for (std::size_t at = 0; at < static_cast<std::size_t>(count);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            events.push_back({event.wd, event.mask, event.len == 0 ? std::string() : name});
            at += sizeof event + event.len;
        }
    }
}

}  // namespace berth::host
