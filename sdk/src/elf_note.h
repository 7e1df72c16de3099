// sdk/src/elf_note.h - finds one note among those of a segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace berth::inspect {

// The content of the first note of that owner and type. `alignment` is 4 or 8.
// Throws: FileError when a note is longer than the segment.
[[nodiscard]] std::optional<std::vector<std::byte>> findNote(std::span<const std::byte> segment,
                                                             std::uint64_t alignment,
                                                             std::string_view owner,
                                                             std::uint32_t type);

}  // namespace berth::inspect
