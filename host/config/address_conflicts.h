// host/config/address_conflicts.h - finds addresses that two listeners cannot share.
#pragma once

#include <string>
#include <vector>

#include "host/config/section_settings.h"
#include "host/net/listen_address.h"

namespace berth::host {

// Who wants to listen where.
struct AddressUse {
    ListenAddress address;
    std::string owner;  // such as "[service:shout]"
    SourcePosition position;
    std::string sourceLine;
};

// One use for each of `addresses`, what the section's key `listen` was parsed to.
[[nodiscard]] std::vector<AddressUse> addressUses(const std::vector<ListenAddress>& addresses,
                                                  const std::string& owner,
                                                  const SectionSettings& settings);

// An error for each use that clashes with one before it. A wildcard clashes with every address of
// its family and port; port 0 clashes with nothing.
[[nodiscard]] std::vector<Diagnostic> findConflicts(const std::vector<AddressUse>& uses);

}  // namespace berth::host
