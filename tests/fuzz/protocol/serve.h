// tests/fuzz/protocol/serve.h - one client of a service, from its first byte to its last.
#pragma once

#include <chrono>
#include <string>

#include "berth/service.h"
#include "fuzz/protocol/script.h"

namespace berth::fuzz {

// How long a silent client is waited for, as the service sees it.
inline constexpr std::chrono::milliseconds kPatience{3000};

// What the service wrote. It may leave as a host expects, and in no other way.
[[nodiscard]] std::string serve(Service& service, const Script& script);

}  // namespace berth::fuzz
