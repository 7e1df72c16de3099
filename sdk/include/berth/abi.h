// berth/abi.h - what a plugin file says of itself, and the table by which the host calls it.
//
// Trust:    a plugin runs inside the host with all its rights. The checks here find accidents
//           (an old build, another compiler), never an attacker.
// Promise:  a host loads a plugin when the ABI numbers are equal and every other field of the
//           note that describes layout is equal too. kAbiNumber grows with each change to a
//           class or struct that both sides share.
// Order:    the host reads the note from the file before dlopen. No plugin code runs until each
//           field was compared.
// Author:   use BERTH_SERVICE from berth/export.h; nobody fills these structs by hand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "berth/api.h"

namespace berth {
class Context;
class Service;
struct FieldDescription;
struct SettingIssue;
struct SettingValue;
}  // namespace berth

namespace berth::abi {

inline constexpr std::uint32_t kAbiNumber = 3;
inline constexpr std::string_view kMagic = "BERTHPLG";
inline constexpr std::string_view kNoteOwner = "Berth";
inline constexpr std::string_view kNoteSection = ".note.berth";
inline constexpr std::uint32_t kNoteType = 1;
inline constexpr const char* kDescriptorSymbol = "berth_plugin_descriptor";

inline constexpr std::uint32_t kMaxKinds = 16;
template <std::size_t Size>
using FixedText = std::array<char, Size>;  // zero-terminated

// The part that lies in the ELF note. Plain data, little-endian as the machine.
struct PluginNote {
    FixedText<8> magic;             // kMagic, not terminated
    std::uint32_t abiNumber;        // kAbiNumber of the plugin's headers
    std::uint32_t noteSize;         // sizeof(PluginNote)
    std::uint32_t descriptorSize;   // sizeof(PluginDescriptor)
    std::uint32_t kindSize;         // sizeof(ServiceKind)
    std::uint32_t serviceSize;      // sizeof(Service)
    std::uint32_t connectionSize;   // sizeof(Connection)
    std::uint32_t contextSize;      // sizeof(Context)
    std::uint32_t settingSize;      // sizeof(SettingValue)
    FixedText<32> compilerAbi;      // such as "gxx-1017"
    FixedText<32> standardLibrary;  // such as "libstdc++ cxx11"
    FixedText<16> sdkVersion;       // such as "0.1.0"
    FixedText<32> pluginName;       // from berth_add_plugin(NAME ...)
    FixedText<32> pluginVersion;    // from berth_add_plugin(VERSION ...)
    FixedText<512> kinds;           // the names of its services, a blank between two
};

// What the host asks of a service kind before it makes one.
enum class Execution : std::uint32_t {
    Any = 0,         // runs on every engine
    ThreadsOnly = 1  // would block a loop; refused on fibers
};

// The shape of a service's input. Streams are all there is today.
enum class Shape : std::uint32_t { Stream = 1 };

// One kind of service that a plugin offers. Every function is noexcept: an exception becomes a
// text in `error`, and the call returns false or null.
struct ServiceKind {
    const char* name;
    Execution execution;
    Shape shape;

    // Lists the settings of the kind.
    bool (*describe)(std::vector<FieldDescription>& fields, std::string& error) noexcept;
    // Checks values without making a service; appends every issue found.
    bool (*check)(const std::vector<SettingValue>& values, std::vector<SettingIssue>& issues,
                  std::string& error) noexcept;
    // Makes a service. Ownership: the caller's; it gives the service to destroy() of the same kind.
    Service* (*create)(const std::vector<SettingValue>& values, Context& context,
                       std::string& error) noexcept;
    void (*destroy)(Service* service) noexcept;
};

// What the symbol kDescriptorSymbol is. Constant data: nothing runs when the file is loaded.
struct PluginDescriptor {
    PluginNote note;
    const ServiceKind* kinds;
    std::uint32_t kindCount;
};

// The note that this build of the SDK would write: what the host compares a file's note with.
[[nodiscard]] BERTH_API const PluginNote& hostNote() noexcept;

}  // namespace berth::abi
