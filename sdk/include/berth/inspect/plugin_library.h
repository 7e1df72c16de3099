// berth/inspect/plugin_library.h - an open plugin: dlopen and its descriptor as one resource.
#pragma once

#include <filesystem>
#include <memory>

#include "berth/abi.h"
#include "berth/api.h"

namespace berth::inspect {

// Owns a handle of dlopen(RTLD_NOW | RTLD_LOCAL). Move-only; closes when destroyed.
//
// Lifetime: everything that came out of the plugin (services, descriptors, exceptions whose types
//           it defines) must be gone before.
class BERTH_API PluginLibrary {
public:
    // Requires: preflight(path) accepted the file. glibc knows a library by its path and inode:
    // give each version a path of its own.
    // Throws: std::runtime_error with dlopen's reason, or when the descriptor is missing or
    // differs from the note.
    explicit PluginLibrary(const std::filesystem::path& path);
    PluginLibrary(PluginLibrary&&) noexcept;
    PluginLibrary& operator=(PluginLibrary&&) noexcept;
    PluginLibrary(const PluginLibrary&) = delete;
    PluginLibrary& operator=(const PluginLibrary&) = delete;
    ~PluginLibrary();

    // Valid as long as this object.
    [[nodiscard]] const abi::PluginDescriptor& descriptor() const noexcept { return *descriptor_; }
    // The kind of that name, or null.
    [[nodiscard]] const abi::ServiceKind* kind(std::string_view name) const noexcept;

private:
    struct Closer {
        void operator()(void* handle) const noexcept;
    };
    std::unique_ptr<void, Closer> handle_;
    const abi::PluginDescriptor* descriptor_ = nullptr;
};

}  // namespace berth::inspect
