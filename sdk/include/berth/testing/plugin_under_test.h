// berth/testing/plugin_under_test.h - a built plugin, opened as the host opens it.
//
//     berth::testing::PluginUnderTest plugin("echo.so");
//     berth::testing::TestContext context;
//     auto service = plugin.create("echo", {{"suffix", "!"}}, context);
//     berth::testing::LoopbackConnection client;
//     ...
//     service->handle(client);
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "berth/api.h"
#include "berth/context.h"
#include "berth/inspect/plugin_library.h"
#include "berth/service.h"
#include "berth/setting_value.h"

namespace berth::testing {

// Keys and texts, as the lines of an ini section.
using Values = std::vector<std::pair<std::string, std::string>>;

// Lifetime: outlives the services it creates.
class BERTH_API PluginUnderTest {
public:
    using ServicePtr = std::unique_ptr<Service, std::function<void(Service*)>>;

    // Throws: std::runtime_error with the first reason why a host would refuse the file.
    explicit PluginUnderTest(const std::filesystem::path& file);

    // A service of that kind. Relative paths in the values start at `directory`.
    // Throws: std::runtime_error when the plugin has no such kind or makes no service of it.
    [[nodiscard]] ServicePtr create(const std::string& kind, const Values& values, Context& context,
                                    const std::filesystem::path& directory = ".") const;

    // What is wrong with the values.
    [[nodiscard]] std::vector<SettingIssue> check(
        const std::string& kind, const Values& values,
        const std::filesystem::path& directory = ".") const;

    [[nodiscard]] const inspect::PluginLibrary& library() const noexcept { return library_; }

private:
    inspect::PluginLibrary library_;
};

}  // namespace berth::testing
