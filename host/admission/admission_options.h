// host/admission/admission_options.h - the keys that say which clients a service takes.
#pragma once

#include <cstddef>
#include <vector>

#include "host/admission/rate.h"
#include "host/base/option_table.h"
#include "host/net/network.h"

namespace berth::host {

enum class Overflow { Wait, Refuse };

struct AdmissionOptions {
    std::size_t maxConnections = 1000;
    std::size_t maxPerClient = 0;    // 0: no limit
    unsigned ipv6ClientPrefix = 64;  // bits; what is one client for maxPerClient
    Rate rate;                       // new connections; zero: no limit
    Overflow overflow = Overflow::Wait;
    std::vector<Network> allow;  // empty: everyone
    std::vector<Network> deny;

    template <class Options>
    static void describe(OptionTable<Options>& table);
    void validate(SettingIssues& issues) const;

    bool operator==(const AdmissionOptions&) const = default;
};

template <class Options>
void AdmissionOptions::describe(OptionTable<Options>& table) {
    table
        .field("max_connections", &AdmissionOptions::maxConnections,
               "Most connections served at once; `overflow` says what happens to others.")
        .range(1, 1'000'000)
        .live();
    table
        .field("max_per_client", &AdmissionOptions::maxPerClient,
               "Most connections of one client address at once; more are refused. 0: no limit.")
        .range(0, 1'000'000)
        .live();
    table
        .field("ipv6_client_prefix", &AdmissionOptions::ipv6ClientPrefix,
               "How many bits of an IPv6 address make one client for `max_per_client`: a customer "
               "has a /64 at least. 128: each address.")
        .range(32, kAddressBits)
        .live();
    table
        .field("rate", &AdmissionOptions::rate,
               "New connections in a time, such as `100/s` or `20/10s`; more are treated as "
               "`overflow` says. 0: no limit.")
        .live();
    table
        .choice("overflow", &AdmissionOptions::overflow,
                {{"wait", Overflow::Wait}, {"refuse", Overflow::Refuse}},
                "Whether connections beyond a limit wait until there is room, or are closed.")
        .live();
    table
        .field("allow", &AdmissionOptions::allow,
               "Networks that may connect, such as `10.0.0.0/8, ::1, unix`. Not given: everyone.")
        .live();
    table
        .field("deny", &AdmissionOptions::deny,
               "Networks that may not connect. The longest prefix of `allow` and `deny` decides.")
        .live();
}

}  // namespace berth::host
