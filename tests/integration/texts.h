// tests/integration/texts.h - what tests look for in replies and logs.
#pragma once

#include <cstddef>
#include <string>

#include "support/check.h"
#include "support/tcp_client.h"

namespace berth::test {

// How often the part is in the text.
inline std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

// What comes back for the text, as many bytes as it has.
inline std::string answer(TcpClient& client, const std::string& text) {
    client.send(text);
    return client.receiveExactly(text.size());
}

// Of the reply to `kill ID`. The handler may notice later than the host waits for it.
inline Finding tellsOfACut(const std::string& reply) {
    if (contains(reply, " is cut, but its handler goes on")) {
        return startsWith(reply, "ERR timeout");
    }
    return startsWith(reply, "OK killed");
}

}  // namespace berth::test
