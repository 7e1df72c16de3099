// tests/support/berthd_process.h - the built berthd as a process of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {

// Services run on the engine that the environment's BERTH_TEST_ENGINE names, unless they say.
// Runs on an ini in a folder of its own, with the plugins of the build (the fixtures' too) and a
// control port on a Unix socket. Killed when destroyed, with those that took over from it.
class BerthdProcess {
public:
    struct Options {
        std::string hostKeys{};                  // more lines for [host]
        std::string controlKeys{};               // in place of the Unix socket alone
        std::vector<std::string> arguments{};    // after --config FILE
        std::vector<std::string> environment{};  // NAME=VALUE
        std::vector<std::string> launcher{};     // a program that starts it, and its arguments
        bool awaitReady = true;
        std::filesystem::path stderrTo{};  // a file or pipe that is there; empty: the output
        std::function<void(const TemporaryFolder&)> beforeStart{};
    };

    // `services` are the sections [service:...] of the ini.
    explicit BerthdProcess(std::string_view services);
    BerthdProcess(std::string_view services, const Options& options);
    BerthdProcess(const BerthdProcess&) = delete;
    BerthdProcess& operator=(const BerthdProcess&) = delete;
    ~BerthdProcess();

    // Writes the ini anew; `reload` it to put it in force.
    void configure(std::string_view services);
    // The reply to one control request, with its line of a dot.
    [[nodiscard]] std::string control(std::string_view request) const;
    // The port of a service's first TCP listener, as `json services` tells it.
    [[nodiscard]] std::uint16_t port(std::string_view service) const;
    [[nodiscard]] TcpClient connect(std::string_view service) const;

    void signal(int number) const;
    // The exit status, or 128 and the signal's number; nothing when it runs on after `limit`.
    [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds limit = kPatience);
    // After its end: another process with the same folder, ready.
    void startAgain();
    // What it wrote to stdout and stderr so far.
    [[nodiscard]] std::string output() const { return readFile(folder_ / "output"); }
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    // After an upgrade: this object stands for the new process from here on. The exit status of
    // the old one once it has drained, as of wait().
    [[nodiscard]] std::optional<int> follow();
    [[nodiscard]] const TemporaryFolder& folder() const noexcept { return folder_; }
    [[nodiscard]] std::filesystem::path config() const { return folder_ / "berth.ini"; }

private:
    void spawn(const Options& options);
    [[nodiscard]] pid_t serving() const;

    TemporaryFolder folder_;
    Options options_;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

}  // namespace berth::test
