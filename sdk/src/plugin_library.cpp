// sdk/src/plugin_library.cpp - dlopen, and the comparison of what was loaded with its note.
#include "berth/inspect/plugin_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "demangle.h"
#include "elf_image.h"
#include "plugin_note.h"

namespace berth::inspect {
namespace {

// dlerror's text without the path, and with the source name of a missing symbol.
std::string loadError(const std::filesystem::path& path) {
    const char* raw = ::dlerror();
    std::string text = raw != nullptr ? raw : "dlopen gave no reason";
    const auto prefix = path.string() + ": ";
    if (text.starts_with(prefix)) text.erase(0, prefix.size());

    constexpr std::string_view kUndefined = "undefined symbol: ";
    if (text.starts_with(kUndefined)) {
        const auto symbol = text.substr(kUndefined.size());
        const auto name = demangle(symbol.substr(0, symbol.find(',')));
        return "undefined symbol " + name + ": link the plugin with what defines it";
    }
    constexpr std::string_view kMissing = ": cannot open shared object file";
    if (const auto at = text.find(kMissing); at != std::string::npos) {
        return "the library " + text.substr(0, at) + ", which it needs, cannot be found or opened";
    }
    if (text.starts_with("failed to map segment")) {
        return text + ": the file system of " + path.parent_path().string() +
               " may be mounted noexec";
    }
    return text;
}

bool sameNote(const abi::PluginNote& a, const abi::PluginNote& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

bool isComplete(const abi::ServiceKind& kind) {
    return kind.name != nullptr && kind.describe != nullptr && kind.check != nullptr &&
           kind.create != nullptr && kind.destroy != nullptr;
}

std::span<const abi::ServiceKind> kindsOf(const abi::PluginDescriptor& descriptor) {
    return {descriptor.kinds, descriptor.kindCount};
}

bool offersWhatItNames(const abi::PluginDescriptor& descriptor) {
    if (descriptor.kinds == nullptr) return false;
    return std::ranges::equal(kindsOf(descriptor), kindNames(descriptor.note),
                              [](const abi::ServiceKind& kind, const std::string& name) {
                                  return isComplete(kind) && kind.name == name;
                              });
}

abi::PluginNote noteOf(const std::filesystem::path& path) {
    try {
        return readNote(ElfImage(path));
    } catch (const FileError& error) {
        throw std::runtime_error(error.what());
    }
}

}  // namespace

void PluginLibrary::Closer::operator()(void* handle) const noexcept {
    ::dlclose(handle);
}

PluginLibrary::PluginLibrary(const std::filesystem::path& path) {
    // Without a slash dlopen would search the system's folders.
    const auto file = std::filesystem::absolute(path);
    const auto note = noteOf(file);
    handle_.reset(::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL));
    if (!handle_) throw std::runtime_error("cannot be loaded: " + loadError(file));

    descriptor_ =
        static_cast<const abi::PluginDescriptor*>(::dlsym(handle_.get(), abi::kDescriptorSymbol));
    if (descriptor_ == nullptr) {
        throw std::runtime_error("the symbol " + std::string(abi::kDescriptorSymbol) +
                                 " is not exported: build the plugin with berth_add_plugin()");
    }
    if (!sameNote(descriptor_->note, note)) {
        throw std::runtime_error(
            "the descriptor in memory differs from the file's note: another file of this path is "
            "still loaded, or the file was changed after it was built");
    }
    if (!offersWhatItNames(*descriptor_)) {
        throw std::runtime_error("the descriptor does not offer the kinds that its note names");
    }
}

PluginLibrary::PluginLibrary(PluginLibrary&&) noexcept = default;
PluginLibrary& PluginLibrary::operator=(PluginLibrary&&) noexcept = default;
PluginLibrary::~PluginLibrary() = default;

const abi::ServiceKind* PluginLibrary::kind(std::string_view name) const noexcept {
    const auto kinds = kindsOf(*descriptor_);
    const auto found = std::ranges::find(kinds, name, &abi::ServiceKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

}  // namespace berth::inspect
