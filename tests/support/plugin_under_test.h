// tests/support/plugin_under_test.h - a plugin of this build, opened as the host opens it.
#pragma once

#include <string>

#include "berth/testing/plugin_under_test.h"
#include "berth/testing/test_context.h"

namespace berth::test {

using testing::Values;

class PluginUnderTest : public testing::PluginUnderTest {
public:
    // `file` is a plugin's name in the build's plugin folder, such as "echo", or a path.
    explicit PluginUnderTest(const std::string& file);
};

}  // namespace berth::test
