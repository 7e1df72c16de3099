// host/listen/listen_error.h - why an address could not be opened.
#pragma once

#include <stdexcept>

namespace berth::host {

// One line that names the address.
class ListenError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace berth::host
