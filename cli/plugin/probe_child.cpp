// cli/plugin/probe_child.cpp
#include "cli/plugin/probe_child.h"

#include <dlfcn.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <span>

#include "berth/inspect/plugin_library.h"
#include "kit/setting_check.h"

namespace berth::cli {
namespace {

void askKinds(const inspect::PluginLibrary& library, PluginProbe& probe) {
    const auto& descriptor = library.descriptor();
    for (const auto& kind : std::span(descriptor.kinds, descriptor.kindCount)) {
        KindDescription description{.name = kind.name,
                                    .threadsOnly = kind.execution == abi::Execution::ThreadsOnly,
                                    .fields = {}};
        std::string error;
        if (kind.describe(description.fields, error)) {
            std::ranges::copy(kit::settingProblems(description.name, description.fields),
                              std::back_inserter(probe.problems));
            probe.kinds.push_back(std::move(description));
        } else {
            probe.problems.push_back("kind " + description.name +
                                     " cannot describe its settings: " + error);
        }
    }
}

bool stillLoaded(const std::filesystem::path& file) {
    void* const handle = ::dlopen(file.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) return false;
    ::dlclose(handle);
    return true;
}

}  // namespace

PluginProbe openAndAsk(const std::filesystem::path& file) {
    PluginProbe probe;
    try {
        const inspect::PluginLibrary library(file);
        askKinds(library, probe);
    } catch (const std::exception& error) {
        probe.problems.emplace_back(error.what());
        return probe;
    }
    if (stillLoaded(file)) {
        probe.warnings.emplace_back(
            "stays loaded after it is closed: a reload keeps the old code in memory");
    }
    return probe;
}

}  // namespace berth::cli
