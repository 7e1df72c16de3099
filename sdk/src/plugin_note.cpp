// sdk/src/plugin_note.cpp - what each field of the note must be.
#include "plugin_note.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "berth/abi_note.h"

namespace berth::inspect {
namespace {

using detail::isLetterOrDigit;
using detail::isName;

// The fields that every past and future note begins with.
constexpr std::size_t kSmallestNote = offsetof(abi::PluginNote, descriptorSize);

using SizeField = std::pair<const char*, std::uint32_t abi::PluginNote::*>;
constexpr std::array kSizeFields{
    SizeField{"the note", &abi::PluginNote::noteSize},
    SizeField{"PluginDescriptor", &abi::PluginNote::descriptorSize},
    SizeField{"ServiceKind", &abi::PluginNote::kindSize},
    SizeField{"Service", &abi::PluginNote::serviceSize},
    SizeField{"Connection", &abi::PluginNote::connectionSize},
    SizeField{"Context", &abi::PluginNote::contextSize},
    SizeField{"SettingValue", &abi::PluginNote::settingSize},
};

// Quoted, with what is not printable ASCII as \xNN: the bytes come from an unknown file.
std::string printable(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
            result += c;
        } else {
            result += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
        }
    }
    return result + '"';
}

std::string rebuild() {
    return "rebuild the plugin with the SDK " + fieldText(abi::hostNote().sdkVersion);
}

bool isVersion(std::string_view text) {
    constexpr std::string_view kOthers = "._+~-";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return isLetterOrDigit(c) || kOthers.find(c) != std::string_view::npos;
    });
}

void addTextProblem(std::vector<std::string>& problems, const char* what,
                    std::span<const char> field, std::span<const char> hostField,
                    const std::string& remedy) {
    if (std::ranges::equal(field, hostField)) return;
    problems.push_back(std::string(what) + " is " + printable(fieldText(field)) +
                       ", this host's is " + printable(fieldText(hostField)) + ": " + remedy);
}

void addUnterminated(std::vector<std::string>& problems, const char* what,
                     std::span<const char> field) {
    if (std::ranges::find(field, '\0') == field.end()) {
        problems.push_back("the " + std::string(what) + " in the note has no end");
    }
}

void addKindProblems(std::vector<std::string>& problems, const std::vector<std::string>& kinds) {
    if (kinds.empty()) problems.emplace_back("the note names no kind of service");
    if (kinds.size() > abi::kMaxKinds) {
        problems.push_back("the note names " + std::to_string(kinds.size()) +
                           " kinds of service, a plugin has at most " +
                           std::to_string(abi::kMaxKinds));
    }
    for (auto kind = kinds.begin(); kind != kinds.end(); ++kind) {
        if (!isName(*kind)) {
            problems.push_back("the kind " + printable(*kind) +
                               " is no name: letters, digits, _ and - are allowed");
        } else if (std::find(kinds.begin(), kind, *kind) != kind) {
            problems.push_back("the kind " + printable(*kind) + " is named twice");
        }
    }
}

}  // namespace

std::string fieldText(std::span<const char> field) {
    return {field.begin(), std::ranges::find(field, '\0')};
}

abi::PluginNote readNote(const ElfImage& image) {
    const auto bytes = image.note(abi::kNoteOwner, abi::kNoteType);
    if (!bytes) {
        throw FileError("a shared library but no Berth plugin: it has no " +
                        std::string(abi::kNoteSection) +
                        "; write BERTH_SERVICE(\"name\", Class, Settings) in one of its sources "
                        "and build it with berth_add_plugin()");
    }
    abi::PluginNote note{};
    std::memcpy(&note, bytes->data(), std::min(bytes->size(), sizeof note));
    if (bytes->size() < kSmallestNote) {
        throw FileError("damaged: the ABI note has " + std::to_string(bytes->size()) + " bytes");
    }
    const bool ours = note.magic == abi::hostNote().magic && note.abiNumber == abi::kAbiNumber;
    if (ours && bytes->size() != sizeof note) {
        throw FileError("damaged: the ABI note has " + std::to_string(bytes->size()) +
                        " bytes, it should have " + std::to_string(sizeof note));
    }
    return note;
}

std::vector<std::string> layoutProblems(const abi::PluginNote& note) {
    const auto& host = abi::hostNote();
    if (note.magic != host.magic) {
        return {"the note's magic is " + printable({note.magic.data(), note.magic.size()}) +
                ", this host's is " + printable(abi::kMagic) + ": " + rebuild()};
    }
    // The fields that follow mean what the ABI of that number says: only ours is known here.
    if (note.abiNumber != host.abiNumber) {
        return {"ABI number is " + std::to_string(note.abiNumber) + ", this host's is " +
                std::to_string(host.abiNumber) + ": " + rebuild()};
    }
    std::vector<std::string> problems;
    for (const auto& [what, field] : kSizeFields) {
        if (note.*field == host.*field) continue;
        problems.push_back("the size of " + std::string(what) + " is " +
                           std::to_string(note.*field) + " bytes, this host's is " +
                           std::to_string(host.*field) + ": " + rebuild());
    }
    addTextProblem(problems, "compiler ABI", note.compilerAbi, host.compilerAbi,
                   "build the plugin with the compiler of the host");
    addTextProblem(problems, "standard library", note.standardLibrary, host.standardLibrary,
                   "build the plugin with the standard library of the host");
    return problems;
}

std::vector<std::string> nameProblems(const abi::PluginNote& note) {
    std::vector<std::string> problems;
    addUnterminated(problems, "SDK version", note.sdkVersion);
    addUnterminated(problems, "plugin's name", note.pluginName);
    addUnterminated(problems, "plugin's version", note.pluginVersion);
    addUnterminated(problems, "list of kinds", note.kinds);
    if (const auto name = fieldText(note.pluginName); !isName(name)) {
        problems.push_back("the plugin's name " + printable(name) +
                           " is no name: letters, digits, _ and - are allowed");
    }
    if (const auto version = fieldText(note.pluginVersion); !isVersion(version)) {
        problems.push_back("the plugin's version " + printable(version) +
                           " is no version: letters, digits and ._+~- are allowed");
    }
    if (const auto version = fieldText(note.sdkVersion); !isVersion(version)) {
        problems.push_back("the SDK version " + printable(version) + " is no version");
    }
    addKindProblems(problems, kindNames(note));
    return problems;
}

std::vector<std::string> kindNames(const abi::PluginNote& note) {
    std::vector<std::string> names;
    const auto text = fieldText(note.kinds);
    for (std::size_t start = 0; start < text.size();) {
        const auto end = std::min(text.find(' ', start), text.size());
        names.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return names;
}

}  // namespace berth::inspect
