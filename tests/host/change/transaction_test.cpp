// tests/host/change/transaction_test.cpp - prepared steps put in force: everything lets go first.
#include "host/change/transaction.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::PlanStep;
using host::PreparedStep;
using host::ServiceState;
using host::Transaction;
using Lines = std::vector<std::string>;
namespace step = host::step;

class TransactionTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(TransactionTest);
    CPPUNIT_TEST(letsGoBeforeAnybodyTakes);
    CPPUNIT_TEST(closesOnlyTheListenersThatItGivesUp);
    CPPUNIT_TEST(retunesWhatIsKept);
    CPPUNIT_TEST(tellsWhatIsDisabled);
    CPPUNIT_TEST(leavesStoppedWhatAnOperatorStopped);
    CPPUNIT_TEST(remembersWhatServedBefore);
    CPPUNIT_TEST(watchesANewGeneration);
    CPPUNIT_TEST(watchesNothingThatIsTrusted);
    CPPUNIT_TEST(goesBackBehindAVersionOnProbation);
    CPPUNIT_TEST_SUITE_END();

public:
    void letsGoBeforeAnybodyTakes() {
        const auto giver = parts_->fake(serviceConfig("giver"));
        const auto ending = parts_->fake(serviceConfig("ending"));
        const auto gone = parts_->fake(serviceConfig("gone"));
        const auto taker = parts_->fake(serviceConfig("taker"));
        std::vector<PreparedStep> steps;
        steps.push_back(prepared(step::Start{wanted(*taker)}, taker));
        steps.push_back(
            prepared(step::Change{.wanted = wanted(*giver), .closed = {loopback(7001)}}, giver));
        steps.push_back(prepared(step::Stop{disabled(ending->config()), {}}, ending));
        steps.push_back(prepared(step::Remove{gone->config(), {}}, gone));
        commit(steps);
        const Lines expected{"giver: listenOnly", "ending: close", "gone: close",
                             "taker: commit",     "giver: commit", "ending: replaceConfig"};
        CHECK(askedAfterPreparation() == expected);
    }

    void closesOnlyTheListenersThatItGivesUp() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto kept = parts_->listener(loopback(0));
        service->change([&](FakeState& state) {
            state.listeners = {kept, parts_->listener(loopback(0))};
        });
        std::vector<PreparedStep> steps;
        steps.push_back(
            prepared(step::Change{.wanted = wanted(*service), .closed = {loopback(0)}}, service));
        steps.back().listeners = {kept, parts_->listener(loopback(0))};  // and opens another one
        commit(steps);
        CHECK(service->now().lastKept == host::Engine::Listeners{kept});
    }

    void retunesWhatIsKept() {
        const auto service = parts_->fake(serviceConfig("a"));
        auto config = service->config();
        config.options.maxConnections = 7;
        const auto resolved = parts_->resolved(config);
        std::vector<PreparedStep> steps;
        steps.push_back({.step = step::Keep{resolved},
                         .service = service,
                         .parts = service->prepare({config, resolved.setup})});
        commit(steps);
        CHECK(service->now().setup == resolved.setup);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, service->config().options.maxConnections);
        CHECK(askedAfterPreparation() == Lines{"a: commit"});
    }

    void tellsWhatIsDisabled() {
        const auto service = parts_->fake(serviceConfig("a"));
        parts_->services.keepStopped("a");
        auto kept = parts_->resolved(disabled(service->config()));
        std::vector<PreparedStep> steps;
        steps.push_back({.step = step::Keep{kept}, .service = service});
        commit(steps);
        CHECK(service->state() == ServiceState::Disabled);
        CPPUNIT_ASSERT_EQUAL(std::string("enabled = off"), service->now().reason);
        CPPUNIT_ASSERT(!service->config().options.enabled);
        // Who enables it again wants it to serve, whoever stopped it before.
        CPPUNIT_ASSERT(parts_->services.stoppedByOperator().empty());
    }

    void leavesStoppedWhatAnOperatorStopped() {
        const auto known = parts_->fake(serviceConfig("known"));
        known->change([](FakeState& state) {
            state.state = ServiceState::Stopped;
            state.reason = "why";
        });
        // Another process had this one, before an upgrade.
        const auto added = std::make_shared<FakeService>(serviceConfig("added"), parts_->calls);
        std::vector<PreparedStep> steps;
        for (const auto& service : {known, added}) {
            steps.push_back({.step = step::Keep{wanted(*service), true},
                             .service = service,
                             .parts = service->prepare({service->config(), nullptr})});
        }
        commit(steps);
        CPPUNIT_ASSERT_EQUAL(std::string("why"), known->now().reason);
        CHECK(added->state() == ServiceState::Stopped);
        CPPUNIT_ASSERT_EQUAL(std::string(host::kStoppedByOperator), added->now().reason);
        CHECK(parts_->services.find("added") == added);
    }

    void remembersWhatServedBefore() {
        const auto service = parts_->fake(serviceConfig("a"));
        const auto [before, after] = versions(*service, "answers_one", "answers_two");
        auto steps = redeploying(service);
        commit(steps);
        CHECK(steps.at(0).replaced.lock() == before);
        CHECK(service->version() == after);
    }

    void watchesANewGeneration() {
        const auto service = watched("a");
        const auto [before, after] = versions(*service, "answers_one", "answers_two");
        auto steps = redeploying(service);
        commit(steps);
        // The first client is counted.
        const Lines expected{"a: watchBy", "a: commit"};
        CHECK(askedAfterPreparation() == expected);
        const auto trusted = parts_->canaries.end(*service);
        CPPUNIT_ASSERT(trusted);
        CHECK(trusted->version == before);
    }

    void watchesNothingThatIsTrusted() {
        const auto same = watched("same");
        const auto generation = parts_->version(1, "answers_one")->generation;
        same->change([&](FakeState& state) {
            state.version = version(1, generation);
            state.prepared = version(2, generation);
        });
        const auto unwatched = parts_->fake(serviceConfig("unwatched"));
        static_cast<void>(versions(*unwatched, "answers_one", "answers_two"));
        const auto first = watched("first");
        first->change([&](FakeState& state) { state.prepared = version(1, generation); });
        for (const auto& service : {same, unwatched, first}) {
            auto steps = redeploying(service);
            commit(steps);
            CPPUNIT_ASSERT_MESSAGE(service->name(), !service->now().canary);
            CPPUNIT_ASSERT_MESSAGE(service->name(), !parts_->canaries.end(*service));
        }
    }

    void goesBackBehindAVersionOnProbation() {
        const auto service = watched("a");
        const auto [trusted, first] = versions(*service, "answers_one", "answers_two");
        auto steps = redeploying(service);
        commit(steps);
        service->change([&](FakeState& state) { state.prepared = parts_->version(3, "good"); });
        steps = redeploying(service);
        commit(steps);
        const auto previous = parts_->canaries.end(*service);
        CPPUNIT_ASSERT(previous);
        CHECK(previous->version == trusted);
    }

private:
    using Version = host::DeployedVersionPtr;

    [[nodiscard]] host::ResolvedService wanted(const FakeService& service) {
        return parts_->resolved(service.config());
    }
    static host::ServiceConfig disabled(host::ServiceConfig config) {
        config.options.enabled = false;
        return config;
    }
    // A service whose new generations are on probation.
    std::shared_ptr<FakeService> watched(const std::string& name) {
        auto config = serviceConfig(name);
        config.options.probation.connections = 10;
        return parts_->fake(config);
    }
    static Version version(std::uint64_t number, const std::shared_ptr<host::Generation>& of) {
        return std::make_shared<const host::DeployedVersion>(
            host::DeployedVersion{number, "answers", of});
    }
    // What serves, and what its next parts have.
    std::pair<Version, Version> versions(FakeService& service, const std::string& before,
                                         const std::string& after) {
        const std::pair result(parts_->version(1, before), parts_->version(2, after));
        service.change([&](FakeState& state) {
            state.version = result.first;
            state.prepared = result.second;
        });
        return result;
    }
    static PreparedStep prepared(PlanStep step, const std::shared_ptr<FakeService>& service) {
        auto parts = service->prepare({host::configOf(step), nullptr});
        parts->listenOn({});
        return {.step = std::move(step), .service = service, .parts = std::move(parts)};
    }
    std::vector<PreparedStep> redeploying(const std::shared_ptr<FakeService>& service) {
        std::vector<PreparedStep> steps;
        steps.push_back(
            prepared(step::Change{.wanted = wanted(*service), .causes = {"plugin file"}}, service));
        return steps;
    }
    void commit(std::vector<PreparedStep>& steps) {
        Transaction transaction(parts_->services, parts_->canaries, parts_->retired,
                                parts_->log.host());
        transaction.prepare(steps);
        CPPUNIT_ASSERT(transaction.commit(steps).empty());
    }
    [[nodiscard]] Lines askedAfterPreparation() const {
        auto asked = parts_->calls->all();
        std::erase_if(asked, [](const std::string& call) {
            return call.ends_with(": prepare") || call.ends_with(": listenOn");
        });
        return asked;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TransactionTest);

}  // namespace
}  // namespace berth::test
