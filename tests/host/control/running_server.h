// tests/host/control/running_server.h - a control server on a free port and on a Unix socket.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fake_operations.h"
#include "host/control/server/control_server.h"
#include "host/log/log_system.h"
#include "host/service/refusal_log.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"

namespace berth::test {

// Limits short enough for a test that runs into them, long enough for one that does not.
struct ServerSettings {
    std::size_t maxConnections = 16;
    std::chrono::milliseconds idle{std::chrono::seconds(60)};
    std::filesystem::path certificate{};
    std::filesystem::path key{};
    FileMode socketMode{0600};
    host::control::SessionLimits limits{};
    host::control::AuthPolicy policy{std::chrono::milliseconds(10), std::chrono::milliseconds(40),
                                     std::chrono::minutes(1), 3};
};

// Refusals that a test can read.
class Refusals {
public:
    [[nodiscard]] host::RefusalLog& log() noexcept { return log_; }
    // How many of the lines so far hold `text`.
    [[nodiscard]] std::size_t count(std::string_view text) {
        static_cast<void>(flushed(logs_));
        return memory_->count(text);
    }

private:
    const std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();
    host::LogSystem logs_{host::LogOptions(), std::make_unique<MemoryLogSink>(memory_)};
    host::RefusalLog log_{logs_, "control"};
};

class RunningServer {
public:
    explicit RunningServer(const ServerSettings& settings = {});

    [[nodiscard]] FakeOperations& host() noexcept { return host_; }
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::filesystem::path socketPath() const { return folder_.path() / "c.sock"; }
    [[nodiscard]] std::filesystem::path tokenFile() const { return folder_.path() / "c.token"; }
    [[nodiscard]] std::string token() const;
    // As "who | request | outcome".
    [[nodiscard]] std::vector<std::string> audited() const;
    [[nodiscard]] Refusals& refusals() noexcept { return refusals_; }
    void stop() { server_.stop(); }

private:
    [[nodiscard]] host::ControlOptions options(const ServerSettings& settings) const;

    TemporaryFolder folder_;
    FakeOperations host_;
    Refusals refusals_;
    mutable std::mutex mutex_;
    std::vector<std::string> audited_;
    host::control::ControlServer server_;
};

}  // namespace berth::test
