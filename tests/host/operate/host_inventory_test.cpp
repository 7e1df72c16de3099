// tests/host/operate/host_inventory_test.cpp - what a host tells of its services, put together.
#include "host/operate/host_inventory.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ConnectionStatus;
using host::HostInventory;
using host::PinStatus;
using host::ServiceState;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

class HostInventoryTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(HostInventoryTest);
    CPPUNIT_TEST(countsWhatServes);
    CPPUNIT_TEST(tellsThatTheHostEnds);
    CPPUNIT_TEST(listsServicesInTheOrderOfTheFiles);
    CPPUNIT_TEST(listsConnectionsByTheirNumbers);
    CPPUNIT_TEST(listsThePinsOfOnePlugin);
    CPPUNIT_TEST(showsKeysThatAreSet);
    CPPUNIT_TEST(showsNothingThatMayBeSecret);
    CPPUNIT_TEST(waitsForOneServiceOrForAll);
    CPPUNIT_TEST_SUITE_END();

public:
    void countsWhatServes() {
        withConnections("serving", {1, 2});
        withConnections("draining", {3})->change([](FakeState& state) {
            state.state = ServiceState::Draining;
        });
        withConnections("stopped", {})->change([](FakeState& state) {
            state.state = ServiceState::Stopped;
        });
        const auto status = inventory().status();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, status.services);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, status.connections);
        CPPUNIT_ASSERT_EQUAL(static_cast<long>(::getpid()), status.pid);
        CPPUNIT_ASSERT(status.oldProcesses.empty());  // of this process alone
    }

    void tellsThatTheHostEnds() {
        const auto looking = inventory();
        CPPUNIT_ASSERT(!looking.status().draining);
        parts_->turns.end();
        CPPUNIT_ASSERT(looking.status().draining);
    }

    void listsServicesInTheOrderOfTheFiles() {
        parts_->fake(serviceConfig("b"));
        parts_->fake(serviceConfig("a"));
        parts_->fake(serviceConfig("removed"));
        parts_->services.setOrder({"b", "a"});
        Lines names;
        for (const auto& service : inventory().services()) names.push_back(service.name);
        CHECK(names == Lines{"b", "a", "removed"});
        CPPUNIT_ASSERT(!inventory().service("none"));
    }

    void listsConnectionsByTheirNumbers() {
        withConnections("b", {1, 4});
        withConnections("a", {2, 3});
        CHECK(idsOf({}) == std::vector<std::uint64_t>{1, 2, 3, 4});
        CHECK(idsOf("b") == std::vector<std::uint64_t>{1, 4});
        CPPUNIT_ASSERT(idsOf("none").empty());
    }

    void listsThePinsOfOnePlugin() {
        const auto service = parts_->fake(serviceConfig("a"));
        service->change([](FakeState& state) {
            state.pins.resize(3);
            for (std::uint64_t i = 0; i < 3; ++i) state.pins[i].connection = 9 - i;
            state.pins[0].plugin = state.pins[2].plugin = "echo";
        });
        const auto pins = inventory().pins("echo");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, pins.size());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, pins.at(0).connection);
        CPPUNIT_ASSERT(!inventory().waitUnpinned("echo", milliseconds(0)));
    }

    void showsKeysThatAreSet() {
        auto config = serviceConfig("a", {loopback(7001)});
        config.options.maxConnections = 7;
        addSetting(config, "greeting", "hello");
        parts_->fake(config);
        parts_->fake(serviceConfig("b"));
        const auto lines = inventory().show("a");
        CPPUNIT_ASSERT_EQUAL(std::string("[service:a]"), lines.at(0));
        for (const auto& line :
             {"listen = " + toString(loopback(7001)), std::string("max_connections = 7"),
              std::string("greeting = hello")}) {
            CPPUNIT_ASSERT_MESSAGE(line, std::ranges::find(lines, line) != lines.end());
        }
        CHECK(std::ranges::count(lines, "[service:b]") == 0);
        const auto all = inventory().show("");
        CHECK(std::ranges::count(all, "[service:b]") == 1);
    }

    // A plugin that is gone cannot tell which of its keys are secret.
    void showsNothingThatMayBeSecret() {
        auto config = serviceConfig("a");
        config.options.plugin = parts_->folder / "none.so";
        addSetting(config, "password", "hunter2");
        parts_->fake(config);
        CPPUNIT_ASSERT_EQUAL(std::string("password = ***"), inventory().show("a").back());
    }

    void waitsForOneServiceOrForAll() {
        withConnections("busy", {1});
        withConnections("idle", {});
        CPPUNIT_ASSERT(inventory().waitIdle("idle", milliseconds(0)));
        CPPUNIT_ASSERT(!inventory().waitIdle("busy", milliseconds(0)));
        CPPUNIT_ASSERT(!inventory().waitIdle({}, milliseconds(0)));
        CPPUNIT_ASSERT(inventory().waitState("idle", ServiceState::Serving, milliseconds(0)));
        CPPUNIT_ASSERT(!inventory().waitState("none", ServiceState::Serving, milliseconds(0)));
    }

private:
    [[nodiscard]] HostInventory inventory() {
        return {parts_->services, parts_->catalog, parts_->applied, parts_->turns, parts_->hangs};
    }
    std::shared_ptr<FakeService> withConnections(const std::string& name,
                                                 const std::vector<std::uint64_t>& ids) {
        auto service = parts_->fake(serviceConfig(name));
        service->change([&](FakeState& state) {
            for (const auto id : ids) state.connections.emplace_back().id = id;
        });
        return service;
    }
    [[nodiscard]] std::vector<std::uint64_t> idsOf(std::string_view service) {
        std::vector<std::uint64_t> ids;
        for (const auto& each : inventory().connections(service)) ids.push_back(each.id);
        return ids;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostInventoryTest);

}  // namespace
}  // namespace berth::test
