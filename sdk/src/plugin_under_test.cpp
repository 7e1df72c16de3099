// sdk/src/plugin_under_test.cpp - opens a plugin for a test and calls it through its descriptor.
#include "berth/testing/plugin_under_test.h"

#include <stdexcept>

#include "berth/inspect/plugin_file.h"

namespace berth::testing {
namespace {

std::filesystem::path accepted(const std::filesystem::path& file) {
    const auto report = inspect::preflight(file);
    if (!report.accepted()) {
        throw std::runtime_error(file.string() + ": " +
                                 (report.problems.empty() ? "refused" : report.problems.front()));
    }
    return file;
}

std::vector<SettingValue> settingValues(const Values& values,
                                        const std::filesystem::path& directory) {
    std::vector<SettingValue> result;
    for (const auto& [key, text] : values) result.push_back({key, text, directory});
    return result;
}

const abi::ServiceKind& kindOf(const inspect::PluginLibrary& library, const std::string& name) {
    const auto* kind = library.kind(name);
    if (kind == nullptr) throw std::runtime_error("the plugin offers no kind \"" + name + "\"");
    return *kind;
}

}  // namespace

PluginUnderTest::PluginUnderTest(const std::filesystem::path& file) : library_(accepted(file)) {}

PluginUnderTest::ServicePtr PluginUnderTest::create(const std::string& kindName,
                                                    const Values& values, Context& context,
                                                    const std::filesystem::path& directory) const {
    const auto& kind = kindOf(library_, kindName);
    std::string error;
    auto* service = kind.create(settingValues(values, directory), context, error);
    if (service == nullptr) throw std::runtime_error(error);
    return {service, [destroy = kind.destroy](Service* made) { destroy(made); }};
}

std::vector<SettingIssue> PluginUnderTest::check(const std::string& kindName, const Values& values,
                                                 const std::filesystem::path& directory) const {
    std::vector<SettingIssue> issues;
    std::string error;
    if (!kindOf(library_, kindName).check(settingValues(values, directory), issues, error)) {
        throw std::runtime_error(error);
    }
    return issues;
}

}  // namespace berth::testing
