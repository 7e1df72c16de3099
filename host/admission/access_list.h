// host/admission/access_list.h - who may connect.
#pragma once

#include <vector>

#include "host/net/network.h"

namespace berth::host {

// The longest matching network decides, and of two equally long ones `deny`. Who matches none is
// served when there is no `allow` at all. Immutable. Threads: any.
class AccessList {
public:
    AccessList() = default;
    AccessList(std::vector<Network> allow, std::vector<Network> deny)
        : allow_(std::move(allow)), deny_(std::move(deny)) {}

    [[nodiscard]] bool permits(const PeerAddress& peer) const noexcept;

private:
    std::vector<Network> allow_;
    std::vector<Network> deny_;
};

}  // namespace berth::host
