// berth/detail/require.h - preconditions that a machine checks.
#pragma once

#include <cassert>

// First in a function that requires something. Like assert(): where NDEBUG is not defined, as in
// builds for those who work on Berth or on a plugin, and in those with sanitizers, a caller's
// mistake ends the process with the place and the words of the condition. Elsewhere it costs
// nothing, and what happens is not defined.
#define BERTH_REQUIRE(...) assert((__VA_ARGS__))
