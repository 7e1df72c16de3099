// cli/put/upload.h - brings files to an upload service: resumes, verifies, tries again.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "cli/net/connect_options.h"
#include "cli/net/endpoint.h"
#include "cli/put/local_file.h"
#include "cli/put/progress_bar.h"
#include "cli/put/upload_session.h"

namespace berth::cli {

struct UploadOptions {
    ConnectOptions connect;
    bool resume = true;
    bool checksum = true;
    bool hashFirst = false;                      // tell the service the checksum before the bytes
    unsigned retries = 0;                        // after a lost connection
    std::chrono::milliseconds retryDelay{1000};  // doubled each time
};

struct UploadResult {
    std::string storedName;
    std::uint64_t bytes = 0;        // of the whole file
    std::uint64_t resumedFrom = 0;  // how many of them were there already
    std::string sha256;             // empty: not checked
    std::chrono::milliseconds took{0};
};

// Sends one file after the other over one connection, which is made when first needed and anew
// after a failure.
//
// Lifetime: borrows the console and the progress bar.
class Uploader {
public:
    Uploader(Endpoint endpoint, UploadOptions options, const Console& console, ProgressBar& bar);

    // Returns when the service has the file on disk. Throws: Failure.
    UploadResult upload(const LocalFile& file, const std::string& name);

private:
    // What is remembered between the attempts at one file.
    struct Attempt {
        bool sentAll = false;
        bool fromStart = false;  // what the service has cannot be used
    };
    struct Resumption {
        std::uint64_t offset = 0;
        bool alreadyThere = false;
    };

    UploadResult attempt(const LocalFile& file, const std::string& name, Attempt& attempt);
    Resumption findResumption(const LocalFile& file, const std::string& name,
                              const Attempt& attempt);
    // Returns the checksum of what was sent.
    std::string sendBytes(const LocalFile& file, std::uint64_t offset);
    [[nodiscard]] UploadSession& session();
    void pauseBeforeRetry(const Failure& error, unsigned retry);

    const Endpoint endpoint_;
    const UploadOptions options_;
    const Console& console_;
    ProgressBar& bar_;
    std::unique_ptr<UploadSession> session_;
};

}  // namespace berth::cli
