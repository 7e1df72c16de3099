// host/service/client_setup_options.h - the keys of what happens to a client before its handler.
#pragma once

#include <vector>

#include "host/base/option_table.h"
#include "host/net/network.h"
#include "host/service/tls_options.h"

namespace berth::host {

struct ClientSetupOptions : TlsOptions {
    std::vector<Network> proxyProtocol;  // peers trusted to send a PROXY header; empty: off

    template <class Options>
    static void describe(OptionTable<Options>& table);

    bool operator==(const ClientSetupOptions&) const = default;
};

template <class Options>
void ClientSetupOptions::describe(OptionTable<Options>& table) {
    TlsOptions::describe(table, "clients");
    table.field("proxy_protocol", &ClientSetupOptions::proxyProtocol,
                "Networks of proxies that send a PROXY header before each connection. Not given: "
                "nobody, and such a header is data.");
}

}  // namespace berth::host
