// tests/host/plugin/plugin_test_support.h - what the tests of host/plugin share.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>

#include "berth/testing/loopback_connection.h"
#include "host/plugin/hosted_service.h"
#include "host/plugin/plugin_error.h"
#include "support/fixture_plugin.h"

namespace berth::test {

// The text of the PluginError that `action` throws.
template <class Action>
std::string pluginError(Action&& action) {
    try {
        std::forward<Action>(action)();
    } catch (const host::PluginError& error) {
        return error.what();
    }
    return "no PluginError was thrown";
}

inline std::size_t filesIn(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// Puts a fixture into a folder as an installer does: under another name, then renamed.
inline std::filesystem::path install(const std::string& fixture,
                                     const std::filesystem::path& file) {
    auto aside = file;
    aside += ".new";
    std::filesystem::copy_file(fixturePlugin(fixture), aside);
    std::filesystem::rename(aside, file);
    return file;
}

// What the service answers to a client that sends nothing.
inline std::string answerOf(const host::HostedService& hosted) {
    testing::LoopbackConnection client;
    client.finishSending();
    hosted.service().handle(client);
    return client.received();
}

}  // namespace berth::test
