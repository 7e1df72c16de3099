// tests/host/change/host_parts.h - what a host is made of, without a host: for tests of how it
// changes.
#pragma once

#include <Poco/Net/ServerSocket.h>
#include <cppunit/TestFixture.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/change/reconciler.h"
#include "host/log/log_system.h"
#include "support/fake_service.h"
#include "support/fixture_plugin.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {

// This process alone binds there: no other one's client has the ports.
inline std::string ownHost() {
    const auto pid = static_cast<unsigned>(::getpid());
    return "127." + std::to_string(64 + (pid >> 16) % 128) + '.' +
           std::to_string((pid >> 8) & 255) + '.' + std::to_string(pid & 255);
}

inline std::uint16_t freePort() {
    return Poco::Net::ServerSocket(Poco::Net::SocketAddress(ownHost(), 0)).address().port();
}

inline bool canBind(std::uint16_t port) {
    try {
        const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(ownHost(), port));
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

inline host::ListenAddress loopback(std::uint16_t port) {
    host::ListenAddress address;
    address.host = ownHost();
    address.port = port;
    return address;
}

// Of the fixture `good`, which sends back what it gets.
inline host::ServiceConfig serviceConfig(const std::string& name,
                                         std::vector<host::ListenAddress> listen) {
    host::ServiceConfig config;
    config.name = name;
    config.options.plugin = fixturePlugin("good");
    config.options.listen = std::move(listen);
    return config;
}
inline host::ServiceConfig serviceConfig(const std::string& name) {
    return serviceConfig(name, {loopback(0)});
}

// One of the plugin's own keys.
inline void addSetting(host::ServiceConfig& config, const std::string& key,
                       const std::string& text) {
    config.settings.push_back({key, text, {}});
    config.origins.emplace_back();
}

// Its services are cut when it is destroyed, and forgotten.
struct HostParts {
    ~HostParts() { static_cast<void>(reconciler.drain().stopAll(host::Shutdown::Now)); }

    [[nodiscard]] host::DeployedVersionPtr version(std::uint64_t number,
                                                   const std::string& fixture) {
        return std::make_shared<const host::DeployedVersion>(
            host::DeployedVersion{number, fixture, catalog.open(fixturePlugin(fixture))});
    }
    // In the table, as one that serves.
    std::shared_ptr<FakeService> fake(const host::ServiceConfig& config) {
        auto service = std::make_shared<FakeService>(config, calls);
        services.erase(config.name);
        services.add({{config.name, service}});
        return service;
    }
    [[nodiscard]] std::shared_ptr<host::Listener> listener(const host::ListenAddress& address) {
        return std::make_shared<host::Listener>(address, host::ListenOptions(),
                                                *resources.inherited);
    }
    [[nodiscard]] host::ResolvedService resolved(const host::ServiceConfig& config) {
        return {config,
                {catalog.open(fixturePlugin("good")), "good"},
                std::make_shared<const host::ClientSetup>(config.options)};
    }
    [[nodiscard]] bool logs(std::string_view text, std::size_t times = 1) {
        return waitUntil([&] { return log.flush() && memory->count(text) >= times; });
    }

    const TemporaryFolder folder;
    const std::shared_ptr<LogMemory> memory = std::make_shared<LogMemory>();
    const std::shared_ptr<CallLog> calls = std::make_shared<CallLog>();
    host::LogSystem log{{}, std::make_unique<MemoryLogSink>(memory)};
    host::HostResources resources{
        log, std::make_shared<const host::InheritedSockets>(), {1, 65536}, {}, 0, 0};
    host::Catalog catalog{host::StagingFolder(folder / "staged"), log.host()};
    host::ServiceTable services;
    host::AppliedConfig applied{host::HostConfig()};
    host::ChangeTurns turns;
    host::HangWatch hangs{resources.loops, log, std::chrono::seconds(1)};
    host::RetiredVersions retired{log.host()};
    // What the canary watch told of: services, and the number of what serves again.
    CallLog rolledBack;
    host::CanaryWatch canaries{
        log.host(), [this](const auto& service, const auto&, const auto& previous) {
            rolledBack.note(service->name(), std::to_string(previous.version->number));
        }};
    host::Reconciler reconciler{
        {resources, catalog, services, applied, turns, hangs, retired, canaries}};
};

// Each test has its own.
class ChangeFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        parts_.emplace();
        port_ = freePort();
    }
    void tearDown() override { parts_.reset(); }

protected:
    std::optional<HostParts> parts_;
    std::uint16_t port_ = 0;
};

}  // namespace berth::test
