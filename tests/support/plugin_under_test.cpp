// tests/support/plugin_under_test.cpp
#include "support/plugin_under_test.h"

#include <filesystem>

namespace berth::test {
namespace {

std::filesystem::path builtFile(const std::string& file) {
    if (std::filesystem::path(file).has_parent_path()) return file;
    return std::filesystem::path(BERTH_TEST_BINARY_DIR) / "plugins" / (file + ".so");
}

}  // namespace

PluginUnderTest::PluginUnderTest(const std::string& file)
    : testing::PluginUnderTest(builtFile(file)) {}

}  // namespace berth::test
