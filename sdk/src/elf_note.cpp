// sdk/src/elf_note.cpp
#include "elf_note.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "file_reader.h"

namespace berth::inspect {
namespace {

constexpr std::uint64_t roundUp(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

std::optional<std::vector<std::byte>> findNote(std::span<const std::byte> bytes,
                                               std::uint64_t alignment, std::string_view owner,
                                               std::uint32_t type) {
    while (bytes.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr header{};
        std::memcpy(&header, bytes.data(), sizeof header);
        const auto contentAt = roundUp(sizeof header + std::uint64_t{header.n_namesz}, alignment);
        const auto end = contentAt + header.n_descsz;
        if (end > bytes.size()) throw FileError("damaged: a note is longer than its segment");

        const std::string_view name(
            reinterpret_cast<const char*>(bytes.subspan(sizeof header).data()), header.n_namesz);
        if (header.n_type == type && name.size() == owner.size() + 1 && name.starts_with(owner) &&
            name.back() == '\0') {
            const auto content = bytes.subspan(contentAt, header.n_descsz);
            return std::vector(content.begin(), content.end());
        }
        bytes = bytes.subspan(std::min<std::uint64_t>(roundUp(end, alignment), bytes.size()));
    }
    return std::nullopt;
}

}  // namespace berth::inspect
