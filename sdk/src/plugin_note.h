// sdk/src/plugin_note.h - reads the ABI note of a plugin file and compares it with this host's.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "berth/abi.h"
#include "elf_image.h"

namespace berth::inspect {

// Reads the note that was compiled into the plugin.
// Throws: FileError when there is none, or none that this host can read.
[[nodiscard]] abi::PluginNote readNote(const ElfImage& image);

// One line for each field by which the plugin and this host do not fit together, with both
// values and what to do. Empty: they fit.
[[nodiscard]] std::vector<std::string> layoutProblems(const abi::PluginNote& note);

// One line for each name in the note that is none.
[[nodiscard]] std::vector<std::string> nameProblems(const abi::PluginNote& note);

// The names of the note's kinds, in order.
[[nodiscard]] std::vector<std::string> kindNames(const abi::PluginNote& note);

// The text of a field up to its zero byte; all of it when there is none.
[[nodiscard]] std::string fieldText(std::span<const char> field);

}  // namespace berth::inspect
