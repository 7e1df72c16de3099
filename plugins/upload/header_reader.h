// plugins/upload/header_reader.h - takes one header off a client's bytes, and knows where it ends.
//
// A header that has one of the members sha256, offset and ack ends with a line end, which is waited
// for. Any other ends with its brace; a line end belongs to it only when it had arrived with the
// brace. So bytes decide what content is, never a pause or a count of what follows.
#pragma once

#include <optional>

#include "berth/buffered_reader.h"
#include "upload/request.h"

namespace berth::upload {

// Takes blanks and line ends off the reader, to look at what a request begins with. False when the
// client sends no more. Throws: as the Connection.
[[nodiscard]] bool skipBlanks(BufferedReader& reader);

// The next request; nothing when the client sends no more. Blanks before it are taken.
// Throws: as the Connection; Refusal (bad-json, bad-request, header-too-long, header-too-slow,
// header-not-ended), after which nobody knows what the client's next bytes are.
[[nodiscard]] std::optional<Request> readRequest(BufferedReader& reader);

}  // namespace berth::upload
