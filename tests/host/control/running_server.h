// tests/host/control/running_server.h - a control server on a free port and on a Unix socket.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "fake_operations.h"
#include "host/control/control_server.h"
#include "support/temporary_folder.h"

namespace berth::test {

// Limits short enough for a test that runs into them, long enough for one that does not.
struct ServerSettings {
    std::size_t maxConnections = 16;
    std::chrono::milliseconds idle{std::chrono::seconds(60)};
    std::filesystem::path certificate;
    std::filesystem::path key;
    host::control::SessionLimits limits;
    host::control::AuthPolicy policy{std::chrono::milliseconds(10), std::chrono::milliseconds(40),
                                     std::chrono::minutes(1), 3};
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
    void stop() { server_.stop(); }

private:
    [[nodiscard]] host::ControlOptions options(const ServerSettings& settings) const;

    TemporaryFolder folder_;
    FakeOperations host_;
    mutable std::mutex mutex_;
    std::vector<std::string> audited_;
    host::control::ControlServer server_;
};

}  // namespace berth::test
