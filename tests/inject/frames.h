// tests/inject/frames.h - through which of the host's own files a call came.
#pragma once

#include <array>
#include <cstddef>

#include "inject/page.h"

namespace berth::inject {

struct Frames {
    std::array<Frame, kMostFrames> own;
    std::size_t count = 0;
};

// The host's own callers of whoever called this, the innermost first. Async-signal-safe.
Frames ownFrames(const std::array<std::uint32_t, kModules>& own) noexcept;

}  // namespace berth::inject
