// tests/host/change/drain_test.cpp - services end when their clients are gone, or are cut.
#include "host/change/drain.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ConnectionStatus;
using host::Drain;
using host::PreparedStep;
using host::ServiceState;
using host::Shutdown;
using std::chrono::hours;
using Clock = Drain::Clock;
using Lines = std::vector<std::string>;
namespace step = host::step;

class DrainTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(DrainTest);
    CPPUNIT_TEST(stopsWhenItsClientsAreGone);
    CPPUNIT_TEST(cutsAtTheDeadline);
    CPPUNIT_TEST(namesAHandlerThatDoesNotEnd);
    CPPUNIT_TEST(namesTheFirstOfMany);
    CPPUNIT_TEST(endsAProbation);
    CPPUNIT_TEST(stopsAllSideBySide);
    CPPUNIT_TEST(givesEachServiceItsTime);
    CPPUNIT_TEST(cutsWhatStaysInTheEnd);
    CPPUNIT_TEST(tellsThatAHandlerDoesNotEnd);
    CPPUNIT_TEST(forgetsARemovedService);
    CPPUNIT_TEST(keepsADisabledService);
    CPPUNIT_TEST(keepsARemovedServiceThatDoesNotEnd);
    CPPUNIT_TEST(letsOldClientsFinishInTheBackground);
    CPPUNIT_TEST(endsNothingForOtherLimits);
    CPPUNIT_TEST(finishesBehindAnotherProcess);
    CPPUNIT_TEST_SUITE_END();

public:
    void stopsWhenItsClientsAreGone() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto deadline = Clock::now() + hours(1);
        CPPUNIT_ASSERT_EQUAL(std::string(), drain().stop(*service, "why", deadline));
        const auto now = service->now();
        CHECK(now.settledBy == std::vector{deadline});
        CHECK(now.state == ServiceState::Stopped);
        CPPUNIT_ASSERT_EQUAL(std::string("why"), now.reason);
        CHECK(parts_->calls->all() == Lines{"a: close", "a: settle, why"});
    }

    void cutsAtTheDeadline() {
        const auto service = withClients("a", 2);
        service->change([](FakeState& state) { state.settles = {false, true}; });
        const auto before = Clock::now();
        CPPUNIT_ASSERT_EQUAL(std::string("a: cut 2 connections at the end of drain_timeout"),
                             drain().stop(*service, "why", before));
        const Lines expected{"a: close", "a: settle, why", "a: cutAll, drained", "a: settle, why"};
        CHECK(parts_->calls->all() == expected);
        const auto settledBy = service->now().settledBy.at(1);
        CHECK(settledBy > before);
        CHECK(settledBy <= Clock::now() + host::kCutGrace);
        CHECK(service->state() == ServiceState::Stopped);
    }

    void namesAHandlerThatDoesNotEnd() {
        const auto service = withClients("a", 1);
        service->change([](FakeState& state) { state.settles = {false, false}; });
        CPPUNIT_ASSERT_EQUAL(
            std::string("a: a handler does not end; the service stays draining; connection 1 of "
                        "127.0.0.1:5001: its handler does not come back, on a thread of its own"),
            drain().stop(*service, "why", Clock::now()));
        CHECK(service->state() == ServiceState::Draining);
        CPPUNIT_ASSERT_EQUAL(std::string("a handler does not end"), service->now().reason);
    }

    void namesTheFirstOfMany() {
        const auto service = withClients("a", 7);
        service->change([](FakeState& state) { state.settles = {false, false}; });
        const auto line = drain().stop(*service, "why", Clock::now());
        CPPUNIT_ASSERT_MESSAGE(line, line.starts_with("a: 7 handlers do not end; "));
        CPPUNIT_ASSERT_MESSAGE(line, line.find("connection 5 ") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(line, line.find("connection 6 ") == std::string::npos);
    }

    void endsAProbation() {
        const auto service = parts_->fake(serviceConfig("a"));
        service->change([&](FakeState& state) { state.prepared = parts_->version(2, "good"); });
        host::ServiceOptions options;
        options.probation.connections = 1;
        parts_->canaries.begin(parts_->canaries.prepare(service, options), *service->prepare({}),
                               {parts_->version(1, "answers_one"), {}}, nullptr);
        drain().stop(*service, "why", Clock::now());
        CHECK(service->now().canary->state() == host::Canary::State::GivenUp);
        CPPUNIT_ASSERT(!parts_->canaries.end(*service));
    }

    void stopsAllSideBySide() {
        std::atomic<int> waiting{0};
        std::atomic<bool> alone{false};
        std::vector<std::shared_ptr<FakeService>> services;
        for (const auto* name : {"a", "b", "c"}) {
            services.push_back(parts_->fake(serviceConfig(name)));
            services.back()->onSettle([&] {
                ++waiting;
                if (!waitUntil([&] { return waiting >= 3; })) alone = true;
            });
        }
        CPPUNIT_ASSERT(drain().stopAll(Shutdown::Drain));
        CPPUNIT_ASSERT(!alone);
        for (const auto& service : services) {
            CHECK(service->state() == ServiceState::Stopped);
            service->onSettle({});
        }
    }

    void givesEachServiceItsTime() {
        const auto patient = withDrainTimeout("patient", hours(2));
        const auto hasty = withDrainTimeout("hasty", std::chrono::seconds(1));
        const auto before = Clock::now();
        CPPUNIT_ASSERT(drain().stopAll(Shutdown::Drain));
        CHECK(patient->now().settledBy.at(0) >= before + hours(2));
        CHECK(hasty->now().settledBy.at(0) < before + hours(1));

        CPPUNIT_ASSERT(drain().stopAll(Shutdown::Now));
        CHECK(patient->now().settledBy.at(2) <= Clock::now() + host::kCutGrace);
    }

    void cutsWhatStaysInTheEnd() {
        const auto stays = withClients("stays", 1);
        stays->change([](FakeState& state) { state.settles = {false, true}; });
        parts_->fake(serviceConfig("ends"));
        CPPUNIT_ASSERT(drain().stopAll(Shutdown::Drain));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("stays: cutAll, drained"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parts_->calls->count("ends: cutAll, drained"));
    }

    void tellsThatAHandlerDoesNotEnd() {
        const auto stuck = withClients("stuck", 1);
        stuck->change([](FakeState& state) { state.settles = {false, false}; });
        parts_->fake(serviceConfig("ends"));
        CPPUNIT_ASSERT(!drain().stopAll(Shutdown::Drain));
        // Nor does one of a version that was replaced.
        stuck->change([](FakeState& state) { state.sweeps = false; });
        CPPUNIT_ASSERT(!drain().stopAll(Shutdown::Drain));
        stuck->change([](FakeState& state) { state.sweeps = true; });
        CPPUNIT_ASSERT(drain().stopAll(Shutdown::Drain));
    }

    void forgetsARemovedService() {
        const auto service = parts_->fake(serviceConfig("a"));
        CPPUNIT_ASSERT(retire(step::Remove{service->config(), {}}, service).empty());
        CPPUNIT_ASSERT(!parts_->services.find("a"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("a: settle, removed"));
    }

    void keepsADisabledService() {
        const auto service = withClients("a", 1);
        service->change([](FakeState& state) { state.settles = {false, true}; });
        const auto lines = retire(step::Stop{service->config(), {}}, service);
        CHECK(lines == Lines{"a: cut 1 connection at the end of drain_timeout"});
        CHECK(parts_->services.find("a") == service);
        CHECK(service->state() == ServiceState::Disabled);
        CPPUNIT_ASSERT_EQUAL(std::string("enabled = off"), service->now().reason);
    }

    void keepsARemovedServiceThatDoesNotEnd() {
        const auto service = withClients("a", 1);
        service->change([](FakeState& state) { state.settles = {false, false}; });
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             retire(step::Remove{service->config(), {}}, service).size());
        CHECK(parts_->services.find("a") == service);
        CHECK(service->state() == ServiceState::Draining);
    }

    void letsOldClientsFinishInTheBackground() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto old = parts_->version(1, "answers_one");
        service->change([](FakeState& state) { state.openOn[1] = 2; });
        const step::Change change{.wanted = parts_->resolved(service->config()),
                                  .causes = {"plugin file"}};
        const auto patient = retire(change, service, old);
        CHECK(patient == Lines{"a: 2 connections may finish on the old service object "
                               "for 10s"});
        const auto hasty = retire(change, service, old, std::chrono::milliseconds(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, hasty.size());
        CPPUNIT_ASSERT(parts_->logs("a: cut 2 connections of an old service object"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parts_->calls->count("a: close"));
    }

    void endsNothingForOtherLimits() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto old = parts_->version(1, "answers_one");
        service->change([](FakeState& state) { state.openOn[1] = 2; });
        const auto wanted = parts_->resolved(service->config());
        CPPUNIT_ASSERT(retire(step::Keep{wanted}, service, old).empty());
        CPPUNIT_ASSERT(
            retire(step::Change{.wanted = wanted, .retuned = {"rate"}}, service, old).empty());
        CPPUNIT_ASSERT(parts_->calls->all().empty());
    }

    void finishesBehindAnotherProcess() {
        const auto handsOn = parts_->fake(serviceConfig("hands_on"));
        parts_->fake(serviceConfig("idle"));
        handsOn->change([&](FakeState& state) {
            state.listeners = {parts_->listener(loopback(0))};
            state.config.options.drainTimeout = std::chrono::milliseconds(0);
        });
        // Nobody accepts on it, so that it never tells that it has handed on whom it accepted.
        drain().finishBehind();
        CHECK(parts_->calls->all() == Lines{"idle: listenOnly", "idle: waitNobody"});
    }

private:
    [[nodiscard]] Drain drain() { return parts_->reconciler.drain(); }

    std::shared_ptr<FakeService> withClients(const std::string& name, std::uint64_t count) {
        auto service = parts_->fake(serviceConfig(name));
        service->change([&](FakeState& state) {
            for (std::uint64_t id = 1; id <= count; ++id) {
                ConnectionStatus connection;
                connection.id = id;
                connection.peer = "127.0.0.1:" + std::to_string(5000 + id);
                state.connections.push_back(connection);
            }
        });
        return service;
    }
    std::shared_ptr<FakeService> withDrainTimeout(const std::string& name,
                                                  std::chrono::milliseconds timeout) {
        auto config = serviceConfig(name);
        config.options.drainTimeout = timeout;
        auto service = parts_->fake(config);
        service->change([](FakeState& state) { state.settles = {true, true}; });
        return service;
    }
    Lines retire(host::PlanStep step, const std::shared_ptr<FakeService>& service,
                 const host::DeployedVersionPtr& replaced = nullptr,
                 std::optional<std::chrono::milliseconds> killAfter = {}) {
        std::vector<PreparedStep> steps;
        steps.push_back({.step = std::move(step),
                         .service = service,
                         .retired = parts_->retired.prepare(service),
                         .replaced = replaced});
        return drain().retire(steps, killAfter);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DrainTest);

}  // namespace
}  // namespace berth::test
