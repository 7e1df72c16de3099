// echo_test.cpp - opens the built plugin as the host does, and talks to it without a port.
#include <berth/testing/loopback_connection.h>
#include <berth/testing/plugin_under_test.h>
#include <berth/testing/test_context.h>

#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

namespace {

void require(const std::string& expected, const std::string& actual) {
    if (actual == expected) return;
    throw std::runtime_error("expected \"" + expected + "\", received \"" + actual + "\"");
}

void returnsEveryByteInOrder(const berth::testing::PluginUnderTest& plugin) {
    berth::testing::TestContext context;
    const auto service = plugin.create("echo", {{"greeting", R"(Hello\n)"}}, context);

    berth::testing::LoopbackConnection client;
    client.send("one ");
    client.send("two");
    client.finishSending();
    service->handle(client);

    require("Hello\none two", client.received());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 2) throw std::runtime_error("usage: echo_test PLUGIN");
        returnsEveryByteInOrder(berth::testing::PluginUnderTest(argv[1]));
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
