// tests/inject/frames.cpp - the unwinder finds the callers, the loader whose they are.
#include "inject/frames.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unwind.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace berth::inject {
namespace {

constexpr std::size_t kMostCallers = 96;

std::uint32_t buildIdIn(const char* notes, std::size_t size) noexcept {
    constexpr auto align = [](std::size_t length) { return (length + 3) & ~std::size_t{3}; };
    while (size >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) note;
        std::memcpy(&note, notes, sizeof note);
        const auto description = sizeof note + align(note.n_namesz);
        const auto whole = description + align(note.n_descsz);
        if (whole > size) return 0;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_descsz >= sizeof(std::uint32_t)) {
            std::uint32_t begin = 0;
            std::memcpy(&begin, notes + description, sizeof begin);
            return begin;
        }
        notes += whole;
        size -= whole;
    }
    return 0;
}

// The file's header is where its mapping begins.
std::uint32_t buildId(const dl_find_object& module) noexcept {
    const auto* const header = static_cast<const ElfW(Ehdr)*>(module.dlfo_map_start);
    if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return 0;
    const auto* const begin = static_cast<const char*>(module.dlfo_map_start);
    const auto* segment = reinterpret_cast<const ElfW(Phdr)*>(begin + header->e_phoff);
    for (const auto* const end = segment + header->e_phnum; segment != end; ++segment) {
        if (segment->p_type != PT_NOTE) continue;
        const auto* const notes =
            reinterpret_cast<const char*>(module.dlfo_link_map->l_addr + segment->p_vaddr);
        if (const auto id = buildIdIn(notes, segment->p_memsz)) return id;
    }
    return 0;
}

struct Walk {
    const std::array<std::uint32_t, kModules>& own;
    Frames found;
    std::size_t callers = 0;
};

_Unwind_Reason_Code look(_Unwind_Context* context, void* given) noexcept {
    auto& walk = *static_cast<Walk*>(given);
    if (++walk.callers > kMostCallers) return _URC_END_OF_STACK;
    int beforeCall = 0;
    auto address = _Unwind_GetIPInfo(context, &beforeCall);
    if (beforeCall == 0) --address;
    dl_find_object module{};
    if (_dl_find_object(reinterpret_cast<void*>(address), &module) != 0) return _URC_NO_REASON;
    const auto id = buildId(module);
    if (id == 0 || std::find(walk.own.begin(), walk.own.end(), id) == walk.own.end()) {
        return _URC_NO_REASON;
    }
    auto& [own, count] = walk.found;
    own[count++] = {id, static_cast<std::uint32_t>(address - module.dlfo_link_map->l_addr)};
    return count == own.size() ? _URC_END_OF_STACK : _URC_NO_REASON;
}

}  // namespace

Frames ownFrames(const std::array<std::uint32_t, kModules>& own) noexcept {
    Walk walk{own, {}};
    _Unwind_Backtrace(look, &walk);
    return walk.found;
}

}  // namespace berth::inject
