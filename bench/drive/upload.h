// bench/drive/upload.h - sends one file to an upload service and measures how long it takes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace berth::bench {

struct UploadOptions {
    std::string target;  // HOST:PORT
    std::string fileName = "upload.bin";
    std::uint64_t size = std::uint64_t{1} << 30;
    bool sha256 = false;  // tells the service the digest, which is computed before the time runs
    std::chrono::seconds patience{30};  // how long the service may be silent
};

struct UploadResult {
    std::uint64_t bytes = 0;
    // From the connect to the server's close, which comes when the file is safe.
    std::chrono::duration<double> elapsed{};
};

// Throws: std::runtime_error when the service refuses the file, answers something else or closes
// early; Poco::Exception when the connection fails.
[[nodiscard]] UploadResult upload(const UploadOptions& options);

}  // namespace berth::bench
