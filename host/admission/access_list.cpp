// host/admission/access_list.cpp
#include "host/admission/access_list.h"

#include <algorithm>

namespace berth::host {
namespace {

// The length of the longest network that holds the peer; -1 when none does.
int longestMatch(const std::vector<Network>& networks, const PeerAddress& peer) noexcept {
    int longest = -1;
    for (const auto& network : networks) {
        if (network.contains(peer)) longest = std::max(longest, static_cast<int>(network.prefix));
    }
    return longest;
}

}  // namespace

bool AccessList::permits(const PeerAddress& peer) const noexcept {
    const int denied = longestMatch(deny_, peer);
    if (allow_.empty()) return denied < 0;
    return longestMatch(allow_, peer) > denied;
}

}  // namespace berth::host
