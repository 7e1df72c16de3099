// plugins/upload/refusal.h - why a request is refused, in words and in a code programs can use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace berth::upload {

enum class RefusalCode : std::size_t {
    BadJson,
    HeaderTooLong,
    HeaderTooSlow,
    HeaderNotEnded,
    BadRequest,
    BadName,
    TooLarge,
    Exists,
    OffsetMismatch,
    PartMismatch,
    Incomplete,
    Busy,
    TakenOver,
    ChecksumMismatch,
    QuotaExceeded,
    NoSpace,
    FolderGone,
    IoError
};

struct RefusalText {
    RefusalCode code;
    int status;
    std::string_view name;
};

// Every code, in the order of the enumerators. The protocol's page lists the same.
inline constexpr std::array kRefusalTexts{
    RefusalText{RefusalCode::BadJson, 400, "bad-json"},
    RefusalText{RefusalCode::HeaderTooLong, 431, "header-too-long"},
    RefusalText{RefusalCode::HeaderTooSlow, 408, "header-too-slow"},
    RefusalText{RefusalCode::HeaderNotEnded, 400, "header-not-ended"},
    RefusalText{RefusalCode::BadRequest, 400, "bad-request"},
    RefusalText{RefusalCode::BadName, 400, "bad-name"},
    RefusalText{RefusalCode::TooLarge, 413, "too-large"},
    RefusalText{RefusalCode::Exists, 409, "exists"},
    RefusalText{RefusalCode::OffsetMismatch, 409, "offset-mismatch"},
    RefusalText{RefusalCode::PartMismatch, 409, "part-mismatch"},
    RefusalText{RefusalCode::Incomplete, 400, "incomplete"},
    RefusalText{RefusalCode::Busy, 423, "busy"},
    RefusalText{RefusalCode::TakenOver, 409, "taken-over"},
    RefusalText{RefusalCode::ChecksumMismatch, 422, "checksum-mismatch"},
    RefusalText{RefusalCode::QuotaExceeded, 507, "quota-exceeded"},
    RefusalText{RefusalCode::NoSpace, 507, "no-space"},
    RefusalText{RefusalCode::FolderGone, 503, "folder-gone"},
    RefusalText{RefusalCode::IoError, 500, "io-error"},
};

[[nodiscard]] constexpr const RefusalText& textOf(RefusalCode code) noexcept {
    return kRefusalTexts[static_cast<std::size_t>(code)];
}

// Ends one request. Thrown where the reason is found, answered in one place (Session).
class Refusal : public std::runtime_error {
public:
    explicit Refusal(RefusalCode code, const std::string& message,
                     std::optional<std::uint64_t> offset = std::nullopt)
        : std::runtime_error(message), code_(code), offset_(offset) {}

    [[nodiscard]] RefusalCode code() const noexcept { return code_; }
    // The bytes that are stored, where knowing them helps the client.
    [[nodiscard]] std::optional<std::uint64_t> offset() const noexcept { return offset_; }

private:
    RefusalCode code_;
    std::optional<std::uint64_t> offset_;
};

}  // namespace berth::upload
