// host/crash/code_module.cpp - dladdr(3) takes the loader's lock, which the thread that crashed may
// hold; _dl_find_object (glibc 2.35) takes none.
#include "host/crash/code_module.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstring>

namespace berth::host::crash {
namespace {

constexpr char kLabelEnd = '@';  // of staged plugins: LABEL@PID-UNIQUE.so
constexpr std::string_view kProgram = "berthd";

std::size_t padded(std::size_t size) noexcept {
    return (size + 3) & ~std::size_t{3};
}

std::span<const std::byte> buildIdIn(std::span<const std::byte> notes) noexcept {
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) note;
        std::memcpy(&note, notes.data(), sizeof note);
        const auto content = sizeof note + padded(note.n_namesz);
        const auto size = content + padded(note.n_descsz);
        if (size > notes.size()) break;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
            std::memcmp(notes.data() + sizeof note, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0) {
            return notes.subspan(content, note.n_descsz);
        }
        notes = notes.subspan(size);
    }
    return {};
}

// The file's headers are part of what is loaded first.
std::span<const std::byte> buildIdAt(const std::byte* begin, const std::byte* base) noexcept {
    const auto* const header = reinterpret_cast<const ElfW(Ehdr)*>(begin);
    if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return {};
    const std::span parts(reinterpret_cast<const ElfW(Phdr)*>(begin + header->e_phoff),
                          header->e_phnum);
    for (const auto& part : parts) {
        if (part.p_type != PT_NOTE) continue;
        const auto found = buildIdIn({base + part.p_vaddr, part.p_memsz});
        if (!found.empty()) return found;
    }
    return {};
}

}  // namespace

std::optional<CodeModule> moduleOf(const void* address) noexcept {
    dl_find_object found{};
    if (::_dl_find_object(const_cast<void*>(address), &found) != 0) return std::nullopt;
    const auto* const map = found.dlfo_link_map;
    CodeModule module{
        .name = map->l_name == nullptr ? "" : map->l_name, .base = map->l_addr, .buildId = {}};
    module.name.remove_prefix(module.name.rfind('/') + 1);  // npos + 1 is 0
    if (module.name.empty()) module.name = kProgram;
    if (const auto label = module.name.rfind(kLabelEnd); label != std::string_view::npos) {
        module.plugin = true;
        module.name = module.name.substr(0, label);
    }
    module.buildId = buildIdAt(static_cast<const std::byte*>(found.dlfo_map_start),
                               reinterpret_cast<const std::byte*>(map->l_addr));
    return module;
}

}  // namespace berth::host::crash
