// plugins/upload/request.h - what a client's header asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::upload {

enum class Action { Put, Stat };

// Everything a header can say; what does not belong to the action was refused or ignored.
struct Request {
    Action action = Action::Put;
    std::string filename;  // as sent: not checked yet
    std::uint64_t fileSize = 0;
    std::optional<std::uint64_t> offset;
    std::string sha256;  // lower-case hex, or empty
    bool acknowledge = false;
    // It has one of the members sha256, offset and ack, so a line end belongs to it.
    bool endsALine = false;
};

// The longest header, in bytes.
inline constexpr std::size_t kMaxHeader = 8192;

// Throws: Refusal (bad-json, bad-request).
[[nodiscard]] Request parseRequest(std::string_view header);

}  // namespace berth::upload
