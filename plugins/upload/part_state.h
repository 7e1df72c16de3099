// plugins/upload/part_state.h - what is remembered of an unfinished file besides its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::upload {

struct PartState {
    std::uint64_t fileSize = 0;  // of the whole file
    std::string sha256;          // of the whole file, hex; empty when the client told none
    std::uint64_t safe = 0;      // bytes that are on disk even after a power failure
    std::string boot;            // of the machine that wrote the bytes beyond `safe`

    bool operator==(const PartState&) const = default;
};

// The length of the text of a state, in bytes. It is the same for all, and less than a block of any
// disk: when power fails while a newer text is written over an older one, one of the two is there.
inline constexpr std::size_t kStateText = 256;

[[nodiscard]] std::string formatState(const PartState& state);
// Nothing when the text is torn or is none.
[[nodiscard]] std::optional<PartState> parseState(std::string_view text);

// Identifies this run of the machine: bytes that a program wrote are there until it ends.
[[nodiscard]] std::string currentBoot();
// False also when the machine does not tell.
[[nodiscard]] bool isOfThisBoot(const PartState& state);

}  // namespace berth::upload
