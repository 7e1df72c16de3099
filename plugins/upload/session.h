// plugins/upload/session.h - one client's conversation: headers in, files stored, replies out.
//
//     berth::upload::Uploads uploads(settings, context);     // once for the service
//     berth::BufferedReader reader(client);                  // once for the client
//     berth::upload::Session session(uploads, reader);
//     while (session.serveNext()) {}
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "berth/buffered_reader.h"
#include "upload/incoming_file.h"
#include "upload/refusal.h"
#include "upload/reply.h"
#include "upload/request.h"
#include "upload/uploads.h"

namespace berth::upload {

// Threads:  only inside the handle() call of its client.
// Lifetime: borrows the Uploads and the reader. Holds no buffer and no descriptor between requests.
// Throws:   as the Connection.
class Session {
public:
    Session(Uploads& uploads, BufferedReader& reader) : uploads_(uploads), reader_(reader) {}

    // Reads one header, pending bytes of the reader first, and does what it asks. Blanks before
    // it are taken. False when the conversation is over: the client sends no more, or was refused
    // where its next bytes could be taken for what they are not.
    [[nodiscard]] bool serveNext();

private:
    [[nodiscard]] bool stat(const Request& request);
    [[nodiscard]] bool put(const Request& request);
    // Waits a little for a name that somebody else has.
    [[nodiscard]] IncomingFile begin(const Request& request);
    void store(const Request& request, bool& inStep);
    void answer(const Reply& reply);
    void refuse(const Refusal& refusal);
    [[nodiscard]] bool refuseAndEnd(const Refusal& refusal);
    void logPublished(const std::string& name, std::uint64_t bytes, const std::string& digest,
                      std::chrono::steady_clock::duration time);

    Uploads& uploads_;
    BufferedReader& reader_;
};

}  // namespace berth::upload
