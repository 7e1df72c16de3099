// plugins/upload/transfer.h - one file from its header to its place in the directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "berth/buffered_reader.h"
#include "upload/body.h"
#include "upload/digest.h"
#include "upload/incoming_file.h"
#include "upload/leading_newline.h"
#include "upload/uploads.h"

namespace berth::upload {

// Threads:  only inside the handle() call of its client.
// Lifetime: borrows all that it is given.
// Throws:   as the Connection; Refusal; std::system_error.
class Transfer {
public:
    // The digest is computed when the client told one or `wantsDigest`.
    Transfer(Uploads& uploads, BufferedReader& reader, IncomingFile& file, bool wantsDigest);

    // Takes the file's bytes, what had come together with the header first. A full disk frees
    // what was received.
    // Throws: Refusal (incomplete) when the client ends before.
    void receive(std::string_view sameChunk);

    // Verifies the file and gives it its place. Returns its digest, empty when not computed.
    // Throws: Refusal (checksum-mismatch), and nothing of the file is kept.
    [[nodiscard]] std::string publish();

private:
    void receiveAll(std::string_view sameChunk);
    void receiveExactly(std::uint64_t count);
    void receiveHeldBack(const LeadingNewline& newline, std::uint64_t start);
    [[nodiscard]] Sha256 digestWith(std::string_view inserted, std::uint64_t offset) const;

    Uploads& uploads_;
    BufferedReader& reader_;
    IncomingFile& file_;
    std::optional<Sha256> digest_;
};

}  // namespace berth::upload
