// berth/drained.h - when a handler ends between two requests.
#pragma once

#include <chrono>

#include "berth/api.h"
#include "berth/buffered_reader.h"
#include "berth/context.h"

namespace berth {

// Long enough for the first request of a client who was accepted a moment ago to arrive.
inline constexpr std::chrono::milliseconds kFirstRequestTime{1000};

// True when the service drains and nothing that the client sent is left to be served, so that the
// handler should return. A service that drains waits for `patience` for bytes that are on their
// way: kFirstRequestTime before the first request, so that who was accepted before is served once.
// Throws: as Connection::wait().
[[nodiscard]] BERTH_API bool drained(const Context& context, BufferedReader& reader,
                                     std::chrono::milliseconds patience = {});

}  // namespace berth
