// host/base/own_descriptors.h - which descriptors a child of this process has no use for.
#pragma once

namespace berth::host::own_descriptors {

// Whoever opens a descriptor adds it, and removes it before it is closed: UniqueFd does, and who
// gives one to a library. A fork copies them all, and a copy keeps a port taken, a lock held and a
// client's connection open.
// Threads: any.
void add(int descriptor) noexcept;
void remove(int descriptor) noexcept;
// Removes and closes it; no fork comes in between. One that is not added is closed and no more.
void close(int descriptor) noexcept;

// While one lives, a fork waits: a descriptor is opened and added, or removed and closed. Held over
// nothing that waits.
class [[nodiscard]] NoFork {
public:
    NoFork() noexcept;
    NoFork(const NoFork&) = delete;
    NoFork& operator=(const NoFork&) = delete;
    ~NoFork();
};

// What pthread_atfork(3) wants. The last one closes what was added, in a child.
void beforeFork() noexcept;
void afterForkInParent() noexcept;
void afterForkInChild() noexcept;

}  // namespace berth::host::own_descriptors
