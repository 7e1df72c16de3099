// sdk/src/preflight.cpp - decides from the file alone whether it is a plugin for this host.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "berth/inspect/plugin_file.h"
#include "elf_image.h"
#include "plugin_note.h"

namespace berth::inspect {
namespace {

std::string hexadecimal(const std::vector<std::byte>& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        const auto value = std::to_integer<unsigned>(byte);
        text += kDigits[value >> 4U];
        text += kDigits[value & 0xfU];
    }
    return text;
}

// Build ids have 16 or 20 bytes; more than 64 are none.
std::string buildId(const ElfImage& image) {
    const auto bytes = image.note("GNU", NT_GNU_BUILD_ID);
    return bytes && bytes->size() <= 64 ? hexadecimal(*bytes) : std::string();
}

void checkDescriptor(const std::vector<ElfImage::Symbol>& symbols,
                     std::vector<std::string>& problems) {
    const auto symbol = std::ranges::find(symbols, abi::kDescriptorSymbol, &ElfImage::Symbol::name);
    if (symbol == symbols.end()) {
        problems.push_back("the symbol " + std::string(abi::kDescriptorSymbol) +
                           " is not exported: build the plugin with berth_add_plugin()");
    } else if (symbol->size != sizeof(abi::PluginDescriptor)) {
        problems.push_back("the symbol " + symbol->name + " has " + std::to_string(symbol->size) +
                           " bytes, this host's has " +
                           std::to_string(sizeof(abi::PluginDescriptor)) +
                           ": build the plugin with berth_add_plugin()");
    }
}

PluginFile describe(const std::filesystem::path& path, const ElfImage& image,
                    const abi::PluginNote& note) {
    return {.path = path,
            .name = fieldText(note.pluginName),
            .version = fieldText(note.pluginVersion),
            .sdkVersion = fieldText(note.sdkVersion),
            .kinds = kindNames(note),
            .buildId = buildId(image),
            .needed = image.needed(),
            .uniqueSymbols = {},
            .noDelete = image.noDelete()};
}

std::vector<std::string> warningsOf(const PluginFile& file) {
    std::vector<std::string> warnings;
    const auto hostVersion = fieldText(abi::hostNote().sdkVersion);
    if (file.sdkVersion != hostVersion) {
        warnings.push_back("built with the SDK " + file.sdkVersion + ", this host has " +
                           hostVersion);
    }
    for (const auto& symbol : file.uniqueSymbols) {
        warnings.push_back("the unique symbol " + symbol +
                           " keeps the file mapped after it is closed: build with -fno-gnu-unique");
    }
    if (file.noDelete) {
        warnings.emplace_back("linked with -z nodelete: it stays mapped after it is closed");
    }
    return warnings;
}

void inspectInto(Preflight& report, const std::filesystem::path& path) {
    const ElfImage image(path);
    const auto note = readNote(image);
    report.problems = layoutProblems(note);
    if (!report.problems.empty()) return;
    report.problems = nameProblems(note);
    const auto symbols = image.definedSymbols();
    checkDescriptor(symbols, report.problems);
    if (!report.problems.empty()) return;

    auto file = describe(path, image, note);
    for (const auto& symbol : symbols) {
        if (symbol.unique) file.uniqueSymbols.push_back(symbol.name);
    }
    report.warnings = warningsOf(file);
    report.file = std::move(file);
}

}  // namespace

Preflight preflight(const std::filesystem::path& path) {
    Preflight report;
    try {
        inspectInto(report, path);
    } catch (const FileError& error) {
        report.problems.emplace_back(error.what());
    }
    return report;
}

}  // namespace berth::inspect
