// tests/fuzz/proxy_fuzz.cpp - PROXY headers, versions 1 and 2: found at the same place however many
// of their bytes are there.
#include <span>
#include <string>

#include "fuzz/fuzz_target.h"
#include "host/service/proxy_header.h"

namespace berth::fuzz {

void target(std::string_view input) {
    const auto bytes = std::as_bytes(std::span(input));
    const auto whole = host::parseProxyHeader(bytes);
    require(whole.length <= input.size(), "a header's end lies in the bytes");
    require(whole.error.empty() || whole.length == 0, "what is no header has no length");
    require(whole.error.find('\n') == std::string::npos, "an error is one line");
    for (std::size_t size = 0; size < bytes.size() && size < 256; ++size) {
        const auto part = host::parseProxyHeader(bytes.first(size));
        if (part.error.empty() && part.length == 0) continue;  // more is needed
        require(part.length == whole.length && part.error.empty() == whole.error.empty(),
                "more bytes change nothing");
        break;
    }
}

}  // namespace berth::fuzz
