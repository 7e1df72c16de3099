// kit/lent_bytes_watch.h - tells a use of lent bytes that are gone from any other crash.
#pragma once

#include <csignal>

#include "kit/reporter.h"

namespace berth::kit {

// As long as it lives, a fault in the memory of a GuardedConnection is reported as
// `uses-lent-bytes` and ends the process; every other one goes on to who handled it before.
//
// Threads: one at a time in a process.
class LentBytesWatch {
public:
    explicit LentBytesWatch(Reporter& reporter) noexcept;
    LentBytesWatch(const LentBytesWatch&) = delete;
    LentBytesWatch& operator=(const LentBytesWatch&) = delete;
    ~LentBytesWatch();

private:
    struct sigaction before_ {};
};

}  // namespace berth::kit
