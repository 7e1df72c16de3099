// host/listen/accepted_socket.cpp
#include "host/listen/accepted_socket.h"

#include "host/listen/printable_address.h"

namespace berth::host {

std::shared_ptr<const std::string> AcceptedSocketImpl::local() {
    if (origin_->local) return origin_->local;
    return std::make_shared<const std::string>(printable(address()));
}

}  // namespace berth::host
