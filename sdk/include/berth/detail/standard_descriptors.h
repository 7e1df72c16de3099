// berth/detail/standard_descriptors.h - for the programs of this project, none of plugins'
// business.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace berth::detail {

// Opens those of the descriptors 0 to 2 that are closed. Else the next file or client gets such a
// number, and is sent what is meant for standard error. Ends the process when it cannot.
// Requires: nothing was opened so far.
inline void openStandardDescriptors() noexcept {
    constexpr int kSystemError = 71;  // of sysexits.h
    for (int number = 0; number <= 2; ++number) {
        if (::fcntl(number, F_GETFD) >= 0) continue;
        int opened = ::open("/dev/null", O_RDWR);  // the lowest number that is free
        // Without /dev anything will do that can be neither read nor written.
        if (opened < 0) opened = ::open("/", O_PATH);
        if (opened != number) ::_exit(kSystemError);
    }
}

}  // namespace berth::detail
