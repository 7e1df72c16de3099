// host/listen/accepted_socket.cpp
#include "host/listen/accepted_socket.h"

#include "host/base/own_descriptors.h"
#include "host/listen/socket_name.h"

namespace berth::host {

void AcceptedSocketImpl::close() {
    const int descriptor = sockfd();
    if (descriptor == POCO_INVALID_SOCKET) return;
    reset();
    own_descriptors::close(descriptor);
}

std::shared_ptr<const std::string> AcceptedSocketImpl::local() {
    if (origin_->local) return origin_->local;
    return std::make_shared<const std::string>(printable(SocketName::ofLocal(sockfd())));
}

}  // namespace berth::host
