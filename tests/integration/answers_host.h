// tests/integration/answers_host.h - a host with a plugin that tells its version in each answer,
// for tests that swap it.
#pragma once

#include <cppunit/TestAssert.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "support/berthd_process.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/wait_until.h"
#include "texts.h"

namespace berth::test {

// The first version, answers_one, lies beside the ini, where others take its place.
class AnswersHost {
public:
    // What the service's `plugin` says: that file, or a kind that the fixtures and `load` offer.
    static constexpr std::string_view kFile = "./answers.so";
    static constexpr std::string_view kKind = "answers";

    // One that the first failure ends.
    static inline const std::string kProbation =
        "probation = 1000 connections | 10m\nprobation_failures = 0\n";

    explicit AnswersHost(const std::string& keys = "", const std::string& hostKeys = "",
                         std::string_view plugin = kFile)
        : host_(section("answers", keys, plugin),
                {.hostKeys = hostKeys, .beforeStart = [](const TemporaryFolder& folder) {
                     std::filesystem::copy_file(fixturePlugin("answers_one"), folder / kFile);
                 }}) {}

    [[nodiscard]] static std::string section(const std::string& name, const std::string& keys,
                                             std::string_view plugin = kFile) {
        return "[service:" + name + "]\nplugin = " + std::string(plugin) + "\nlisten = 0\n" + keys;
    }

    [[nodiscard]] BerthdProcess* operator->() noexcept { return &host_; }

    // Puts a fixture beside the ini, as an installer does: under another name, then renamed.
    void install(const std::string& name, std::string_view file = kFile) {
        std::filesystem::copy_file(fixturePlugin(name), host_.folder() / "new.so");
        std::filesystem::rename(host_.folder() / "new.so", host_.folder() / file);
    }
    // The reply to the reload.
    std::string swap(const std::string& name) {
        install(name);
        return host_.control("reload");
    }
    // The reply to `load` with that fixture.
    std::string load(const std::string& name) const {
        return host_.control("load " + fixturePlugin(name).string());
    }

    // A client that has its first answer, and so belongs to a generation.
    [[nodiscard]] TcpClient client(const std::string& version) const {
        auto client = host_.connect("answers");
        client.send("hello\n");
        CPPUNIT_ASSERT_EQUAL(version + " hello\n", client.receiveUntil("\n"));
        return client;
    }
    // A client of the current generation that says nothing yet.
    [[nodiscard]] TcpClient silentClient() const {
        const auto open = openConnections();
        auto client = host_.connect("answers");
        CPPUNIT_ASSERT(waitUntil([&] { return openConnections() == open + 1; }));
        return client;
    }

    // Of fails_each_third, with kProbation.
    void failProbation(const std::string& service = "answers") const {
        for (int i = 0; i < 3; ++i) {
            auto next = host_.connect(service);
            next.send("hello\n");
            static_cast<void>(next.receiveAll());
        }
        CHECK(waitUntil([&] { return logged(service + ": went back to answers"); }));
    }

    Finding logged(std::string_view text) const { return contains(host_.output(), text); }

private:
    [[nodiscard]] std::size_t openConnections() const {
        const auto connections = host_.control("json connections answers");
        std::size_t count = 0;
        for (auto at = connections.find("\"id\":"); at != std::string::npos;
             at = connections.find("\"id\":", at + 1)) {
            ++count;
        }
        return count;
    }

    BerthdProcess host_;
};

}  // namespace berth::test
