// host/crash/code_module.h - which file a piece of code came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace berth::host::crash {

// A part of the process: the program, a library, a plugin.
struct CodeModule {
    std::string_view name;  // such as "libc.so.6"; of a staged plugin its label, "echo-3f2a"
    std::uintptr_t base = 0;
    std::span<const std::byte> buildId;
    bool plugin = false;
};

// Nothing for an address that no file was loaded at. Takes no lock: a signal handler may call it.
[[nodiscard]] std::optional<CodeModule> moduleOf(const void* address) noexcept;

}  // namespace berth::host::crash
