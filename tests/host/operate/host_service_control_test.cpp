// tests/host/operate/host_service_control_test.cpp - services changed by an operator: what a whole
// host (host_test) does not show.
#include "host/operate/host_service_control.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::HostServiceControl;
using host::ServiceState;
using std::chrono::milliseconds;
using Lines = std::vector<std::string>;

class HostServiceControlTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(HostServiceControlTest);
    CPPUNIT_TEST(refusesChangesAtTheEnd);
    CPPUNIT_TEST(killsAtTheEnd);
    CPPUNIT_TEST(startsWhatTheFileDisables);
    CPPUNIT_TEST(staysStoppedUntilItIsStarted);
    CPPUNIT_TEST(isNotStoppedWhileAHandlerGoesOn);
    CPPUNIT_TEST(drainsWhatServes);
    CPPUNIT_TEST(tellsWhatDidNotDrain);
    CPPUNIT_TEST(setsWithoutAnotherSetup);
    CPPUNIT_TEST(tellsThatAKilledHandlerGoesOn);
    CPPUNIT_TEST(leavesAServiceThatCannotBeStarted);
    CPPUNIT_TEST_SUITE_END();

public:
    void refusesChangesAtTheEnd() {
        parts_->fake(serviceConfig("a"));
        parts_->turns.end();
        auto control = this->control();
        for (const auto& result :
             {control.reload(true), control.planReload(), control.start("a"), control.stop("a"),
              control.restart("a"), control.drain("a", milliseconds(0)),
              control.set("a", "max_connections", "7")}) {
            CPPUNIT_ASSERT_EQUAL(std::string("the host is shutting down"), result.text);
            CHECK(result.error == ChangeError::Refused);
        }
        CPPUNIT_ASSERT(parts_->calls->all().empty());
    }

    // Its turn belongs to the drain then, which waits for those that are killed.
    void killsAtTheEnd() {
        withConnections("a", {1});
        parts_->turns.end();
        const auto drain = parts_->turns.take();
        CHECK(control().killConnection(1).error == ChangeError::Timeout);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("a: cut 1, killed"));
        CHECK(control().killService("a").error == ChangeError::Timeout);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("a: cutAll, killed"));
    }

    void startsWhatTheFileDisables() {
        auto config = serviceConfig("a");
        config.options.enabled = false;
        const auto service = parts_->fake(config);
        service->change([](FakeState& state) { state.state = ServiceState::Disabled; });
        CPPUNIT_ASSERT_EQUAL(std::string("a is serving"), control().start("a").text);
        CHECK(service->state() == ServiceState::Serving);
        CPPUNIT_ASSERT(service->config().options.enabled);
        CPPUNIT_ASSERT_EQUAL(std::string("a is serving already"), control().start("a").text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("a: commit"));
    }

    void staysStoppedUntilItIsStarted() {
        const auto service = parts_->fake(serviceConfig("a"));
        parts_->services.setOrder({"a"});
        CPPUNIT_ASSERT_EQUAL(std::string("a is stopped"), control().stop("a").text);
        CPPUNIT_ASSERT_EQUAL(std::string("stopped by an operator"), service->now().reason);
        CPPUNIT_ASSERT(parts_->services.stoppedByOperator().contains("a"));
        CPPUNIT_ASSERT(control().start("a").ok());
        CPPUNIT_ASSERT(parts_->services.stoppedByOperator().empty());
    }

    void isNotStoppedWhileAHandlerGoesOn() {
        withConnections("a", {1})->change([](FakeState& state) { state.settles = {false, false}; });
        const auto result = control().stop("a");
        CHECK(result.error == ChangeError::Failed);
        CPPUNIT_ASSERT_MESSAGE(result.text, result.text.starts_with("a: a handler does not end"));
    }

    void drainsWhatServes() {
        const auto serving = parts_->fake(serviceConfig("serving"));
        const auto disabled = parts_->fake(serviceConfig("disabled"));
        disabled->change([](FakeState& state) { state.state = ServiceState::Disabled; });
        CPPUNIT_ASSERT_EQUAL(std::string("drained"), control().drain({}, milliseconds(0)).text);
        CHECK(serving->state() == ServiceState::Stopped);
        CPPUNIT_ASSERT_EQUAL(std::string("drained by an operator"), serving->now().reason);
        CHECK(disabled->state() == ServiceState::Disabled);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parts_->calls->count("disabled: close"));
    }

    void tellsWhatDidNotDrain() {
        const auto busy = withConnections("busy", {1, 2});
        busy->change([](FakeState& state) { state.settles = {false}; });
        parts_->fake(serviceConfig("idle"));
        const auto result = control().drain({}, milliseconds(0));
        CHECK(result.error == ChangeError::Timeout);
        CHECK(result.lines == Lines{"busy: 2 open"});
        CHECK(busy->state() == ServiceState::Draining);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parts_->calls->count("busy: cutAll, drained"));
    }

    // The certificate is as old as the last reload.
    void setsWithoutAnotherSetup() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto setup = std::make_shared<const host::ClientSetup>(service->config().options);
        service->change([&](FakeState& state) { state.setup = setup; });
        const auto result = control().set("a", "max_connections", "7");
        CHECK(result.lines == Lines{"max_connections 1000 -> 7"});
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, service->config().options.maxConnections);
        CHECK(service->now().setup == setup);
    }

    void tellsThatAKilledHandlerGoesOn() {
        withConnections("a", {4, 5});
        const auto one = control().killConnection(5);
        CPPUNIT_ASSERT_EQUAL(std::string("connection 5 of a is cut, but its handler goes on"),
                             one.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, one.lines.size());
        const auto all = control().killService("a");
        CPPUNIT_ASSERT_EQUAL(
            std::string("killed 0 connections of a; 2 handlers that were cut go on"), all.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all.lines.size());
    }

    void leavesAServiceThatCannotBeStarted() {
        const auto service = parts_->fake(serviceConfig("a"));
        service->change([](FakeState& state) { state.state = ServiceState::Stopped; });
        parts_->services.setOrder({"a"});
        parts_->services.keepStopped("a");
        service->onPrepare([](const auto&) { throw std::runtime_error("no memory"); });
        const auto result = control().start("a");
        CPPUNIT_ASSERT_EQUAL(std::string("service \"a\": no memory"), result.text);
        CHECK(service->state() == ServiceState::Stopped);
        CPPUNIT_ASSERT(parts_->services.stoppedByOperator().contains("a"));
    }

private:
    [[nodiscard]] HostServiceControl control() {
        return {parts_->turns, parts_->services, parts_->reconciler, parts_->log, parts_->hangs};
    }
    std::shared_ptr<FakeService> withConnections(const std::string& name,
                                                 const std::vector<std::uint64_t>& ids) {
        auto service = parts_->fake(serviceConfig(name));
        service->change([&](FakeState& state) {
            for (const auto id : ids) state.connections.emplace_back().id = id;
        });
        return service;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostServiceControlTest);

}  // namespace
}  // namespace berth::test
