// plugins/upload/silence.h - receives a file, and lets a newer connection have it while none comes.
#pragma once

#include <chrono>
#include <cstdint>

#include "berth/connection.h"
#include "berth/context.h"
#include "berth/sink.h"
#include "upload/incoming_file.h"

namespace berth::upload {

// How long a sender says nothing before a newer connection of its file may take over.
inline constexpr std::chrono::milliseconds kSilence{1000};

// As Connection::copyTo() of `count` bytes into a sink that writes into the file. False when the
// client ended before.
// Throws: what copyTo() throws; Refusal (taken-over) when the client is silent and somebody else
// claims the file.
[[nodiscard]] bool copyUnlessTaken(Connection& client, Context& context, IncomingFile& file,
                                   Sink& sink, std::uint64_t count);

}  // namespace berth::upload
