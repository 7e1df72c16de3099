// tests/host/service/proxy_header_bytes.h - PROXY headers to be read, as proxies send them.
#pragma once

#include <string>
#include <string_view>

namespace berth::test {

inline const std::string kV1 = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";

// A version 2 header: `command` 0 is LOCAL, 1 is PROXY; 0x11 is TCP over IPv4, 0x21 over IPv6.
inline std::string v2(unsigned command, unsigned family, std::string_view addresses) {
    std::string header("\r\n\r\n\0\r\nQUIT\n", 12);
    header += static_cast<char>(0x20 | command);
    header += static_cast<char>(family);
    header += static_cast<char>(addresses.size() >> 8);
    header += static_cast<char>(addresses.size() & 0xff);
    return header.append(addresses);
}

// 192.0.2.1:56324 to 198.51.100.2:443.
inline const std::string kIpv4Addresses("\xc0\x00\x02\x01\xc6\x33\x64\x02\xdc\x04\x01\xbb", 12);

}  // namespace berth::test
