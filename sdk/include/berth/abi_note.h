// berth/abi_note.h - fills the ABI note at compile time. Used by berth/export.h and by the host
// to know its own side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "berth/abi.h"
#include "berth/connection.h"
#include "berth/context.h"
#include "berth/service.h"
#include "berth/setting_value.h"
#include "berth/version.h"

#define BERTH_DETAIL_TEXT(x) #x
#define BERTH_DETAIL_VALUE(x) BERTH_DETAIL_TEXT(x)

namespace berth::detail {

template <std::size_t Size>
consteval void place(abi::FixedText<Size>& field, std::string_view text, std::size_t at = 0) {
    if (at + text.size() > Size) throw std::length_error("a name is too long for the ABI note");
    for (std::size_t i = 0; i < text.size(); ++i) field[at + i] = text[i];
}

constexpr bool isLetterOrDigit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What the host takes for the name of a plugin or of a kind.
constexpr bool isName(std::string_view text) noexcept {
    if (text.empty() || !isLetterOrDigit(text.front())) return false;
    for (const char c : text) {
        if (!isLetterOrDigit(c) && c != '_' && c != '-') return false;
    }
    return true;
}

template <std::size_t Count>
consteval bool areNames(const std::array<abi::ServiceKind, Count>& kinds) {
    for (const auto& kind : kinds) {
        if (!isName(kind.name)) return false;
    }
    return true;
}

// Together with a blank between two and an end.
template <std::size_t Count>
consteval bool areShort(const std::array<abi::ServiceKind, Count>& kinds) {
    std::size_t size = 0;
    for (const auto& kind : kinds) size += std::string_view(kind.name).size() + 1;
    return size <= sizeof(abi::PluginNote::kinds);
}

template <std::size_t Count>
consteval bool areDistinct(const std::array<abi::ServiceKind, Count>& kinds) {
    for (std::size_t i = 0; i < Count; ++i) {
        for (std::size_t k = i + 1; k < Count; ++k) {
            if (std::string_view(kinds[i].name) == kinds[k].name) return false;
        }
    }
    return true;
}

consteval abi::Execution executionOr(abi::Execution execution = abi::Execution::Any) {
    return execution;
}

// The layout fields, the same for each plugin built with these headers.
consteval abi::PluginNote layoutNote() {
    abi::PluginNote note{};
    place(note.magic, abi::kMagic);
    note.abiNumber = abi::kAbiNumber;
    note.noteSize = sizeof(abi::PluginNote);
    note.descriptorSize = sizeof(abi::PluginDescriptor);
    note.kindSize = sizeof(abi::ServiceKind);
    note.serviceSize = sizeof(Service);
    note.connectionSize = sizeof(Connection);
    note.contextSize = sizeof(Context);
    note.settingSize = sizeof(SettingValue);
    place(note.compilerAbi, "gxx-" BERTH_DETAIL_VALUE(__GXX_ABI_VERSION));
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
    place(note.standardLibrary, "libstdc++ cxx11");
#elif defined(_GLIBCXX_USE_CXX11_ABI)
    place(note.standardLibrary, "libstdc++ old");
#else
    place(note.standardLibrary, "other");
#endif
    place(note.sdkVersion, BERTH_SDK_VERSION);
    return note;
}

template <std::size_t Count>
consteval abi::PluginNote makeNote(std::string_view name, std::string_view version,
                                   const std::array<abi::ServiceKind, Count>& kinds) {
    static_assert(Count > 0 && Count <= abi::kMaxKinds, "a plugin offers 1 to 16 kinds");
    auto note = layoutNote();
    place(note.pluginName, name);
    place(note.pluginVersion, version);
    std::size_t at = 0;
    for (const auto& kind : kinds) {
        if (at != 0) place(note.kinds, " ", at++);
        const std::string_view kindName = kind.name;
        place(note.kinds, kindName, at);
        at += kindName.size();
    }
    return note;
}

// The note as it lies in the file, with its ELF header.
struct ElfNote {
    std::uint32_t ownerSize;
    std::uint32_t noteSize;
    std::uint32_t type;
    std::array<char, 8> owner;  // "Berth", padded to four bytes
    abi::PluginNote note;
};

consteval ElfNote elfNote(const abi::PluginNote& note) {
    ElfNote elf{static_cast<std::uint32_t>(abi::kNoteOwner.size() + 1),
                sizeof(abi::PluginNote),
                abi::kNoteType,
                {},
                note};
    for (std::size_t i = 0; i < abi::kNoteOwner.size(); ++i) elf.owner[i] = abi::kNoteOwner[i];
    return elf;
}

}  // namespace berth::detail
