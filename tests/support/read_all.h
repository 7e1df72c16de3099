// tests/support/read_all.h - what a pipe or a socket gives until its end.
#pragma once

#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

namespace berth::test {

// Up to the end, or an error. Of a socket that keeps packets apart, packets of at most 64 KiB: the
// kernel drops the rest of a longer one.
[[nodiscard]] inline std::string readAll(int descriptor) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace berth::test
