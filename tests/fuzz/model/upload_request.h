// tests/fuzz/model/upload_request.h - where a header of the upload protocol ends, and what it asks
// for.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "fuzz/model/incoming.h"

namespace berth::fuzz {

struct UploadRefusal {
    int status = 0;
    std::string error{};
    std::optional<std::uint64_t> offset{};
};

// The client left without an answer.
struct ClientGone {};

// The protocol's page leaves open what the answer is.
class Unpredictable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct UploadRequest {
    bool put = false;
    std::string filename;
    std::uint64_t fileSize = 0;
    std::optional<std::uint64_t> offset;
    std::string sha256;
    bool ack = false;

    // It announces no bytes.
    [[nodiscard]] bool isWhole() const { return fileSize == offset.value_or(0); }
};

// Takes a header and its line end off what is held. Requires: something is held.
// Throws: UploadRefusal, ClientGone, Unpredictable.
[[nodiscard]] UploadRequest takeUploadRequest(Incoming& in);

}  // namespace berth::fuzz
