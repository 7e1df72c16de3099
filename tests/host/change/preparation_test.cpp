// tests/host/change/preparation_test.cpp - the parts of a plan: made beforehand, or not at all.
#include "host/change/preparation.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/change/host_parts.h"
#include "host/plugin/plugin_error.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ListenAddress;
using host::ListenError;
using host::Plan;
using host::PlanStep;
using host::Preparation;
using host::ServiceMap;
namespace step = host::step;

// The text of the Error that `action` throws.
template <class Error, class Action>
std::string errorOf(Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

class PreparationTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(PreparationTest);
    CPPUNIT_TEST(makesWhatAServiceNeeds);
    CPPUNIT_TEST(leavesNoTraceWithoutACommit);
    CPPUNIT_TEST(leavesNoTraceWhenALaterServiceCannotBeMade);
    CPPUNIT_TEST(refusesAnAddressThatAnotherServiceKeeps);
    CPPUNIT_TEST(refusesAnAddressThatTwoTakeOver);
    CPPUNIT_TEST(movesAnAddressWithoutClosingIt);
    CPPUNIT_TEST(takesOverFromARemovedService);
    CPPUNIT_TEST(keepsItsOwnListeners);
    CPPUNIT_TEST(opensBesidesWhatTheServiceCloses);
    CPPUNIT_TEST(makesNoNewObjectForOtherLimits);
    CPPUNIT_TEST_SUITE_END();

public:
    void makesWhatAServiceNeeds() {
        Preparation preparation(parts_->catalog, parts_->resources, none_);
        preparation.prepare({{start("a", {loopback(port_)})}});
        auto& prepared = preparation.steps().at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), prepared.service->name());
        CPPUNIT_ASSERT_EQUAL(port_, prepared.listeners.at(0)->bound().port);
        CHECK(prepared.parts->version() != nullptr);
        CHECK(prepared.service->version() == nullptr);  // it does not serve yet
        CPPUNIT_ASSERT(!canBind(port_));
    }

    void leavesNoTraceWithoutACommit() {
        {
            Preparation preparation(parts_->catalog, parts_->resources, none_);
            preparation.prepare({{start("a", {loopback(port_)})}});
            CPPUNIT_ASSERT(!canBind(port_));
        }
        CPPUNIT_ASSERT(canBind(port_));
        CPPUNIT_ASSERT(parts_->catalog.list().empty());
    }

    void leavesNoTraceWhenALaterServiceCannotBeMade() {
        auto bad = parts_->resolved(serviceConfig("bad"));
        bad.plugin = {parts_->catalog.open(fixturePlugin("throws_in_create")), "throws_in_create"};
        const auto text = errorOf<host::PluginError>([&] {
            Preparation preparation(parts_->catalog, parts_->resources, none_);
            preparation.prepare({{start("a", {loopback(port_)}), step::Start{std::move(bad)}}});
        });
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("service \"bad\": "));
        CPPUNIT_ASSERT(canBind(port_));
        CPPUNIT_ASSERT(parts_->catalog.list().empty());
    }

    void refusesAnAddressThatAnotherServiceKeeps() {
        const auto keeper = keeping("keeper", loopback(port_));
        const auto before = keeper->listeners();
        const auto text = errorOf<ListenError>([&] {
            prepare(
                {step::Keep{parts_->resolved(keeper->config())}, start("b", {loopback(port_)})});
        });
        CPPUNIT_ASSERT_MESSAGE(
            text, text.starts_with("service \"b\": cannot listen on " + toString(loopback(port_))));
        CHECK(keeper->listeners() == before);
        CPPUNIT_ASSERT(!canBind(port_));
    }

    void refusesAnAddressThatTwoTakeOver() {
        const auto giver = keeping("giver", loopback(port_));
        const auto text = errorOf<ListenError>([&] {
            prepare(
                {removal(*giver), start("a", {loopback(port_)}), start("b", {loopback(port_)})});
        });
        CPPUNIT_ASSERT_EQUAL("service \"b\": cannot listen on " + toString(loopback(port_)) +
                                 ": service \"a\" listens there",
                             text);
    }

    void movesAnAddressWithoutClosingIt() {
        const auto giver = keeping("giver", loopback(port_));
        const auto moved = giver->listeners().at(0);
        auto wanted = giver->config();
        wanted.options.listen = {loopback(0)};
        const step::Change change{.wanted = parts_->resolved(wanted),
                                  .opened = {loopback(0)},
                                  .closed = {loopback(port_)}};
        const auto running = parts_->services.all();
        Preparation preparation(parts_->catalog, parts_->resources, running);
        preparation.prepare({{change, start("taker", {loopback(port_)})}});
        const auto& steps = preparation.steps();
        CHECK(steps.at(0).listeners.at(0) != moved);
        CHECK(steps.at(1).listeners.at(0) == moved);
        CHECK(giver->listeners().at(0) == moved);  // until the commit
    }

    void takesOverFromARemovedService() {
        const auto removed = keeping("removed", loopback(0));
        const auto moved = removed->listeners().at(0);
        const auto running = parts_->services.all();
        Preparation preparation(parts_->catalog, parts_->resources, running);
        // By the port that the kernel chose.
        preparation.prepare({{removal(*removed), start("taker", {moved->bound()})}});
        CHECK(preparation.steps().at(1).listeners.at(0) == moved);
    }

    void keepsItsOwnListeners() {
        const auto service = keeping("a", loopback(0));
        const auto own = service->listeners().at(0);
        auto wanted = service->config();
        wanted.options.listen = {loopback(port_), loopback(0)};
        const auto running = parts_->services.all();
        Preparation preparation(parts_->catalog, parts_->resources, running);
        preparation.prepare(
            {{step::Change{.wanted = parts_->resolved(wanted), .opened = {loopback(port_)}}}});
        const auto& listeners = preparation.steps().at(0).listeners;
        CPPUNIT_ASSERT_EQUAL(port_, listeners.at(0)->bound().port);
        CHECK(listeners.at(1) == own);
    }

    void opensBesidesWhatTheServiceCloses() {
        auto everywhere = loopback(0);
        everywhere.host = "0.0.0.0";
        const auto service = keeping("a", everywhere);
        const auto here = loopback(service->listeners().at(0)->bound().port);
        auto wanted = service->config();
        wanted.options.listen = {here};
        const auto running = parts_->services.all();
        Preparation preparation(parts_->catalog, parts_->resources, running);
        preparation.prepare({{step::Change{
            .wanted = parts_->resolved(wanted), .opened = {here}, .closed = {everywhere}}}});
        const auto& listeners = preparation.steps().at(0).listeners;
        CPPUNIT_ASSERT_EQUAL(ownHost(), listeners.at(0)->bound().host);
        CHECK(service->listeners().at(0) != listeners.at(0));
    }

    void makesNoNewObjectForOtherLimits() {
        const auto service = keeping("a", loopback(0));
        std::vector<bool> made;
        service->onPrepare(
            [&](const host::ServiceChange& change) { made.push_back(change.plugin.has_value()); });
        step::Change change{.wanted = parts_->resolved(service->config()), .retuned = {"rate"}};
        prepare({change});
        change.causes = {"plugin file"};
        prepare({change});
        CHECK(made == std::vector{false, true});
    }

private:
    [[nodiscard]] PlanStep start(const std::string& name, std::vector<ListenAddress> listen) {
        return step::Start{parts_->resolved(serviceConfig(name, std::move(listen)))};
    }
    static PlanStep removal(const FakeService& service) {
        const auto config = service.config();
        return step::Remove{config, config.options.listen};
    }
    std::shared_ptr<FakeService> keeping(const std::string& name, const ListenAddress& address) {
        auto service = parts_->fake(serviceConfig(name, {address}));
        service->change([&](FakeState& state) { state.listeners = {parts_->listener(address)}; });
        return service;
    }
    void prepare(std::vector<PlanStep> steps) {
        const auto running = parts_->services.all();
        Preparation(parts_->catalog, parts_->resources, running).prepare({std::move(steps)});
    }

    const ServiceMap none_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PreparationTest);

}  // namespace
}  // namespace berth::test
