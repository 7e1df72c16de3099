// cli/put/upload_session.h - one connection to an upload service.
#pragma once

#include <string>
#include <string_view>

#include "cli/net/channel.h"
#include "cli/net/channel_reader.h"
#include "cli/put/upload_protocol.h"

namespace berth::cli {

// Any number of files, one after the other. After a refusal the service may close it.
//
// Throws: TransportFailure; Failure with ExitCode::Protocol; UploadRefused.
class UploadSession {
public:
    UploadSession(const Endpoint& endpoint, const ConnectOptions& options)
        : channel_(endpoint, options), reader_(channel_) {}
    UploadSession(const UploadSession&) = delete;
    UploadSession& operator=(const UploadSession&) = delete;

    // What the service has of a file. All zero when it has nothing.
    [[nodiscard]] UploadAnswer stat(const std::string& name);
    // Announces a file. The service then expects `size - offset` bytes.
    void begin(const PutRequest& request);
    // Sends some of them. A refusal that comes meanwhile ends it at once.
    void send(std::string_view bytes);
    // Waits until the service has the file on disk.
    [[nodiscard]] UploadAnswer finish();

private:
    [[nodiscard]] UploadAnswer answer();
    void throwEarlyAnswer();

    bool greeted_ = false;  // a banner that comes before the first answer was skipped
    Channel channel_;
    ChannelReader reader_;
};

}  // namespace berth::cli
