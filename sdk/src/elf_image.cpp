// sdk/src/elf_image.cpp - checked reading of segments, dynamic entries and symbols.
#include "elf_image.h"

#include <algorithm>
#include <array>
#include <span>

#include "elf_header.h"
#include "elf_note.h"

namespace berth::inspect {
namespace {

constexpr std::uint64_t kLongestChain = 65536;  // of a hash bucket; real ones have a few symbols

}  // namespace

ElfImage::ElfImage(const std::filesystem::path& path) : file_(path) {
    const auto start =
        file_.array<char>(0, std::min<std::uint64_t>(file_.size(), SELFMAG), "first bytes");
    if (std::string_view(start.data(), start.size()) != std::string_view(ELFMAG, SELFMAG)) {
        throw FileError("not a shared library: the file does not begin with the ELF magic");
    }
    const auto header = file_.object<Elf64_Ehdr>(0, "ELF headers");
    requireSharedLibrary(header);
    segments_ = file_.array<Elf64_Phdr>(header.e_phoff, header.e_phnum, "program headers");
    checkLength(header);
    readDynamicSection();
}

// The section headers come last in the file: with them a cut at any byte is found, before a
// page that is missing ends the process.
void ElfImage::checkLength(const Elf64_Ehdr& header) const {
    for (const auto& segment : segments_) {
        if (segment.p_type != PT_LOAD) continue;
        file_.requireInside(segment.p_offset, segment.p_filesz, 1, "loaded segments");
    }
    if (header.e_shoff != 0) {
        file_.requireInside(header.e_shoff, header.e_shnum, sizeof(Elf64_Shdr), "section headers");
    }
}

void ElfImage::readDynamicSection() {
    const auto segment = std::ranges::find(segments_, Elf64_Word{PT_DYNAMIC}, &Elf64_Phdr::p_type);
    if (segment == segments_.end()) throw FileError("damaged: it has no dynamic section");
    dynamic_ = file_.array<Elf64_Dyn>(segment->p_offset, segment->p_filesz / sizeof(Elf64_Dyn),
                                      "dynamic entries");
    const auto end = std::ranges::find(dynamic_, Elf64_Sxword{DT_NULL}, &Elf64_Dyn::d_tag);
    dynamic_.erase(end, dynamic_.end());

    const auto address = dynamicValue(DT_STRTAB);
    const auto size = dynamicValue(DT_STRSZ);
    if (!address || !size) throw FileError("damaged: it has no dynamic strings");
    strings_ = file_.array<char>(fileOffset(*address, "dynamic strings"), *size, "dynamic strings");
}

std::optional<std::vector<std::byte>> ElfImage::note(std::string_view owner,
                                                     std::uint32_t type) const {
    for (const auto& segment : segments_) {
        if (segment.p_type != PT_NOTE) continue;
        const auto bytes = file_.array<std::byte>(segment.p_offset, segment.p_filesz, "notes");
        auto found = findNote(bytes, segment.p_align == 8 ? 8 : 4, owner, type);
        if (found) return found;
    }
    return std::nullopt;
}

std::vector<std::string> ElfImage::needed() const {
    std::vector<std::string> names;
    for (const auto& entry : dynamic_) {
        if (entry.d_tag == DT_NEEDED) names.push_back(text(entry.d_un.d_val));
    }
    return names;
}

bool ElfImage::noDelete() const {
    return (dynamicValue(DT_FLAGS_1).value_or(0) & DF_1_NODELETE) != 0;
}

std::vector<ElfImage::Symbol> ElfImage::definedSymbols() const {
    const auto address = dynamicValue(DT_SYMTAB);
    if (!address) return {};
    const auto table = file_.array<Elf64_Sym>(fileOffset(*address, "dynamic symbols"),
                                              symbolCount(), "dynamic symbols");
    std::vector<Symbol> symbols;
    for (const auto& symbol : table) {
        if (symbol.st_shndx == SHN_UNDEF) continue;
        symbols.push_back({.name = text(symbol.st_name),
                           .size = symbol.st_size,
                           .unique = symbol.st_info >> 4 == STB_GNU_UNIQUE});
    }
    return symbols;
}

std::optional<std::uint64_t> ElfImage::dynamicValue(Elf64_Sxword tag) const {
    const auto entry = std::ranges::find(dynamic_, tag, &Elf64_Dyn::d_tag);
    if (entry == dynamic_.end()) return std::nullopt;
    return entry->d_un.d_val;
}

std::uint64_t ElfImage::fileOffset(std::uint64_t address, const char* what) const {
    for (const auto& segment : segments_) {
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
        const auto distance = address - segment.p_vaddr;
        if (distance < segment.p_filesz) return segment.p_offset + distance;
    }
    throw FileError("damaged: the " + std::string(what) + " are in no segment");
}

std::string ElfImage::text(std::uint64_t index) const {
    if (index >= strings_.size()) throw FileError("damaged: a name lies outside its table");
    const auto start = strings_.begin() + static_cast<std::ptrdiff_t>(index);
    const auto end = std::find(start, strings_.end(), '\0');
    if (end == strings_.end()) throw FileError("damaged: a name has no end");
    return {start, end};
}

// The dynamic section tells where the symbols begin; only the hash tables tell how many there are.
std::uint64_t ElfImage::symbolCount() const {
    if (const auto address = dynamicValue(DT_GNU_HASH)) {
        return hashedSymbolCount(fileOffset(*address, "symbol hashes"));
    }
    if (const auto address = dynamicValue(DT_HASH)) {
        const auto offset = fileOffset(*address, "symbol hashes");
        return file_.array<std::uint32_t>(offset, 2, "symbol hashes")[1];
    }
    return 0;
}

// The end of the chain of the bucket that starts last.
std::uint64_t ElfImage::hashedSymbolCount(std::uint64_t offset) const {
    const auto header = file_.object<std::array<std::uint32_t, 4>>(offset, "symbol hashes");
    const auto [bucketCount, firstSymbol, filterSize, filterShift] = header;
    const auto bucketsAt = offset + sizeof header + std::uint64_t{filterSize} * 8;
    const auto buckets = file_.array<std::uint32_t>(bucketsAt, bucketCount, "symbol hashes");
    const auto last = std::ranges::max_element(buckets);
    if (last == buckets.end() || *last < firstSymbol) return firstSymbol;

    const auto chainsAt = bucketsAt + std::uint64_t{bucketCount} * 4;
    for (std::uint64_t symbol = *last; symbol - *last < kLongestChain; ++symbol) {
        const auto at = chainsAt + (symbol - firstSymbol) * 4;
        if ((file_.object<std::uint32_t>(at, "symbol hashes") & 1U) != 0) return symbol + 1;
    }
    throw FileError("damaged: a chain of symbol hashes has no end");
}

}  // namespace berth::inspect
