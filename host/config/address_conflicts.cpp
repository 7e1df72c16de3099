// host/config/address_conflicts.cpp - compares every listener with those before it.
#include "host/config/address_conflicts.h"

#include <algorithm>
#include <map>

#include "berth/setting_types.h"

namespace berth::host {
namespace {

// Two addresses can only clash when they agree in this.
std::string meetingPoint(const ListenAddress& address) {
    if (address.kind != ListenAddress::Kind::Tcp) return toString(address);
    return "tcp:" + std::to_string(address.port);
}

bool clash(const ListenAddress& a, const ListenAddress& b) {
    if (a.kind != ListenAddress::Kind::Tcp) return true;
    return hostsClash(a, b);
}

Diagnostic conflict(const AddressUse& use, const AddressUse& earlier) {
    auto message = toString(use.address) + " is already taken by " + earlier.owner;
    if (use.address != earlier.address) message += " with " + toString(earlier.address);
    if (earlier.position.line != 0) message += ", at " + toString(earlier.position);
    return {.position = use.position,
            .code = "address-conflict",
            .message = std::move(message),
            .sourceLine = use.sourceLine};
}

}  // namespace

std::vector<AddressUse> addressUses(const std::vector<ListenAddress>& addresses,
                                    const std::string& owner, const SectionSettings& settings) {
    std::vector<AddressUse> uses;
    if (addresses.empty()) return uses;  // maybe since the list is wrong, which was reported
    const auto index = settings.find("listen");
    if (index == settings.values.size()) {
        for (const auto& address : addresses) {
            uses.push_back(
                {address, owner + " by default", settings.section, settings.sectionLine});
        }
        return uses;
    }
    const auto& origin = settings.origins[index];
    std::vector<ValueError> reported;  // when the list was parsed
    const auto items = detail::splitList(settings.values[index].text, reported);
    for (std::size_t i = 0; i < std::min(items.size(), addresses.size()); ++i) {
        const auto position = valuePosition(origin, items[i].offset, items[i].text.size());
        uses.push_back({addresses[i], owner, position, origin.sourceLine});
    }
    return uses;
}

std::vector<Diagnostic> findConflicts(const std::vector<AddressUse>& uses) {
    std::vector<Diagnostic> diagnostics;
    std::map<std::string, std::vector<const AddressUse*>> taken;
    for (const auto& use : uses) {
        if (use.address.kind == ListenAddress::Kind::Tcp && use.address.port == 0) continue;
        auto& others = taken[meetingPoint(use.address)];
        const auto earlier = std::ranges::find_if(
            others, [&use](const AddressUse* other) { return clash(use.address, other->address); });
        if (earlier != others.end()) {
            diagnostics.push_back(conflict(use, **earlier));
        } else {
            others.push_back(&use);
        }
    }
    return diagnostics;
}

}  // namespace berth::host
