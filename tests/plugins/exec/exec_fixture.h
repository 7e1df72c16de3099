// tests/plugins/exec/exec_fixture.h - the built exec.so with a folder, and clients that talk to it.
#pragma once

#include <sys/resource.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "berth/testing/loopback_connection.h"
#include "berth/testing/test_context.h"
#include "frames.h"
#include "support/plugin_under_test.h"
#include "support/wait_until.h"

namespace berth::test {

// True while the process exists and is no zombie.
[[nodiscard]] bool isRunning(pid_t pid);

// While it lives this process can open nothing.
class NoMoreDescriptors {
public:
    NoMoreDescriptors();
    NoMoreDescriptors(const NoMoreDescriptors&) = delete;
    NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;
    ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

// A folder of its own, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

// A service whose `directory` is root(): a folder within a folder, so that there is something
// outside of it. The command `probe` runs the probe with any arguments.
class ExecFixture {
public:
    explicit ExecFixture(Values settings = {});

    // Sends the requests and `exit`, serves them here, and returns all that came back but the
    // reply to `exit`.
    [[nodiscard]] std::vector<FramedReply> ask(const std::vector<std::string>& requests);
    [[nodiscard]] FramedReply askOne(const std::string& request);
    // The same as bytes, nothing added.
    [[nodiscard]] std::string exchange(const std::vector<std::string>& pieces);

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
    [[nodiscard]] testing::TestContext& context() noexcept { return context_; }
    [[nodiscard]] Service& service() noexcept { return *service_; }
    [[nodiscard]] std::uint64_t counter(std::string_view name);

private:
    TemporaryFolder folder_;
    std::filesystem::path root_;
    testing::TestContext context_;
    PluginUnderTest plugin_{"exec"};
    PluginUnderTest::ServicePtr service_;
};

// A client whose handler runs on a thread of its own while the test acts.
class LiveClient {
public:
    explicit LiveClient(ExecFixture& fixture);
    LiveClient(const LiveClient&) = delete;
    LiveClient& operator=(const LiveClient&) = delete;
    ~LiveClient();

    void send(const std::string& bytes) { connection_.send(bytes); }
    void finishSending() { connection_.finishSending(); }
    void reset() { connection_.reset(); }
    // Throws: std::runtime_error when the text does not come in time.
    void waitFor(const std::string& text);
    // Waits until the handler returned; false when it ended by ConnectionLost.
    [[nodiscard]] bool waitForEnd();
    [[nodiscard]] std::string received() const { return connection_.received(); }

private:
    testing::LoopbackConnection connection_;
    std::future<bool> handler_;
};

}  // namespace berth::test
