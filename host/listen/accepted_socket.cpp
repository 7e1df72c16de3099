// host/listen/accepted_socket.cpp
#include "host/listen/accepted_socket.h"

#include <unistd.h>

#include "host/listen/printable_address.h"

namespace berth::host {

void AcceptedSocketImpl::close() {
    const int descriptor = sockfd();
    if (descriptor == POCO_INVALID_SOCKET) return;
    reset();
    ::close(descriptor);
}

std::shared_ptr<const std::string> AcceptedSocketImpl::local() {
    if (origin_->local) return origin_->local;
    return std::make_shared<const std::string>(printable(address()));
}

}  // namespace berth::host
