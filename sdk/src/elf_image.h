// sdk/src/elf_image.h - the parts of an ELF shared library that a loader looks at.
#pragma once

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "file_reader.h"

namespace berth::inspect {

// A shared library for this machine, found by program headers as ld.so does it: stripping the
// section headers changes nothing. Every offset, length and index is checked before use.
//
// Throws: FileError from the constructor when the file is no such library or is truncated, and
//         from each function when the part that it reads is damaged.
class ElfImage {
public:
    explicit ElfImage(const std::filesystem::path& path);

    // The content of the first note of that owner and type.
    [[nodiscard]] std::optional<std::vector<std::byte>> note(std::string_view owner,
                                                             std::uint32_t type) const;

    // The names of DT_NEEDED, in order.
    [[nodiscard]] std::vector<std::string> needed() const;

    // True when the library was linked with -z nodelete.
    [[nodiscard]] bool noDelete() const;

    struct Symbol {
        std::string name;
        std::uint64_t size = 0;
        bool unique = false;  // STB_GNU_UNIQUE
    };
    // The dynamic symbols that the library defines.
    [[nodiscard]] std::vector<Symbol> definedSymbols() const;

private:
    void checkLength(const Elf64_Ehdr& header) const;
    [[nodiscard]] std::optional<std::uint64_t> dynamicValue(Elf64_Sxword tag) const;
    [[nodiscard]] std::uint64_t fileOffset(std::uint64_t address, const char* what) const;
    [[nodiscard]] std::string text(std::uint64_t index) const;
    [[nodiscard]] std::uint64_t symbolCount() const;
    [[nodiscard]] std::uint64_t hashedSymbolCount(std::uint64_t offset) const;
    void readDynamicSection();

    FileReader file_;
    std::vector<Elf64_Phdr> segments_;
    std::vector<Elf64_Dyn> dynamic_;
    std::vector<char> strings_;  // the dynamic string table
};

}  // namespace berth::inspect
