// host/watch/watch_masks.h - what inotify is asked to report.
#pragma once

#include <sys/inotify.h>

#include <cstdint>

namespace berth::host {

// Of a folder on the way to a file: that an entry is another one.
inline constexpr std::uint32_t kWayMask =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
// Of a folder with files that count: what is done to them, too.
inline constexpr std::uint32_t kFilesMask =
    kWayMask | IN_CLOSE_WRITE | IN_MODIFY | IN_OPEN | IN_CLOSE_NOWRITE;

}  // namespace berth::host
