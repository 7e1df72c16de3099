// cli/put/upload_protocol.h - the headers and answers of an upload service.
#pragma once

#include <cstdint>
#include <string>

#include "cli/app/failure.h"

namespace berth::cli {

struct PutRequest {
    std::string name;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;  // where it goes on; 0: begins anew, whatever is stored
    std::string sha256;        // of the whole file; empty: not told
};

// The headers, each with the newline that ends it. Throws: Failure when the name is not UTF-8,
// which JSON cannot carry.
[[nodiscard]] std::string putHeader(const PutRequest& request);
[[nodiscard]] std::string statHeader(const std::string& name);

struct UploadAnswer {
    int status = 0;  // 200 go on, 201 stored, 4xx and 5xx refused
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t fileSize = 0;  // of the file that is stored, or will be
    bool complete = false;       // the file is there, whole
    std::string filename;        // as stored
    std::string sha256;
    std::string error;  // a stable word such as too-large
    std::string message;

    [[nodiscard]] bool accepted() const noexcept { return status >= 200 && status < 300; }
};

// Throws: Failure with ExitCode::Protocol.
[[nodiscard]] UploadAnswer parseUploadAnswer(const std::string& json);

// The service said no.
class UploadRefused final : public Failure {
public:
    explicit UploadRefused(UploadAnswer answer);
    [[nodiscard]] const UploadAnswer& answer() const noexcept { return answer_; }

private:
    UploadAnswer answer_;
};

}  // namespace berth::cli
