// plugins/upload/transfer.h - one file from its header to its place in the directory.
#pragma once

#include <optional>
#include <string>

#include "berth/buffered_reader.h"
#include "upload/body.h"
#include "upload/digest.h"
#include "upload/incoming_file.h"
#include "upload/uploads.h"

namespace berth::upload {

// Threads:  only inside the handle() call of its client.
// Lifetime: borrows all that it is given.
// Throws:   as the Connection; Refusal; std::system_error.
class Transfer {
public:
    // The digest is computed when the client told one or `wantsDigest`.
    Transfer(Uploads& uploads, BufferedReader& reader, IncomingFile& file, bool wantsDigest);

    // Takes the file's bytes. A full disk frees what was received.
    // Throws: Refusal (incomplete) when the client ends before, and (taken-over).
    void receive();

    // Verifies the file and gives it its place. Returns its digest, empty when not computed.
    // Throws: Refusal (checksum-mismatch), and nothing of the file is kept.
    [[nodiscard]] std::string publish();

private:
    Uploads& uploads_;
    BufferedReader& reader_;
    IncomingFile& file_;
    std::optional<Sha256> digest_;
};

}  // namespace berth::upload
