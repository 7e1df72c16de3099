// plugins/upload/body.h - moves a file's bytes from the client into its part.
#pragma once

#include <cstdint>

#include "berth/buffered_reader.h"
#include "berth/context.h"
#include "upload/digest.h"
#include "upload/hash_slots.h"
#include "upload/incoming_file.h"

namespace berth::upload {

// What a body is received with.
struct BodyTools {
    BufferedReader& reader;
    Context& context;
    HashSlots& slots;
    Sha256* digest;  // null: nobody asked for it
};

// Takes exactly `count` bytes, those pending in the reader first. False when the client ended
// before; what came is in the part.
// Throws: as the Connection; Refusal; std::system_error when the part cannot be written.
[[nodiscard]] bool receiveBody(const BodyTools& tools, IncomingFile& file, std::uint64_t count);

}  // namespace berth::upload
