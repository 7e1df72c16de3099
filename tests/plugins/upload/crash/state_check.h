// tests/plugins/upload/crash/state_check.h - starts services on what a crash left, and judges.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "scene.h"

namespace berth::test {

enum class Crash { ProgramKilled, PowerLost };

// Throws: std::runtime_error that says what is wrong with the folder.
class StateCheck {
public:
    StateCheck(const Scene& scene, FolderImage image, const Promises& promises, Crash crash,
               const std::filesystem::path& folder);

    // At once.
    void run();
    // When the machine was off for two days: what is unfinished has expired.
    void runLater();

private:
    struct Unfinished {
        std::string name;
        std::uint64_t offset;
        std::uint64_t fileSize;
    };

    void start(const Values& more = {});
    [[nodiscard]] std::string talk(const std::vector<std::string>& pieces) const;
    [[nodiscard]] ReplyObject stat(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> namesIn(const std::string& folder) const;

    void checkPublished() const;
    void checkFile(const std::string& name) const;
    void checkPromises(const std::string& name) const;
    void checkUnfinished();
    [[nodiscard]] bool isHidden(const std::string& name) const;
    [[nodiscard]] bool isFromThisBoot(const std::string& name) const;
    [[nodiscard]] bool isPublishedAnew(const std::string& name) const;
    void checkStored(const std::string& name) const;
    void checkQuota();
    void complete(const std::string& name);
    void checkBrokenPuts();
    void checkLeftovers() const;
    void checkLog() const;

    [[nodiscard]] const Sent& beginningOf(const Unfinished& unfinished) const;

    const Scene& scene_;
    const FolderImage image_;
    const Promises& promises_;
    const Crash crash_;
    const std::filesystem::path folder_;
    testing::TestContext context_;
    PluginUnderTest::ServicePtr service_;
    std::map<std::string, Unfinished> unfinished_;
};

}  // namespace berth::test
