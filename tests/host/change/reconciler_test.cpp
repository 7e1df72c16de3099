// tests/host/change/reconciler_test.cpp - what runs becomes what is wanted, as a whole or not.
#include "host/change/reconciler.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "host/change/host_parts.h"
#include "support/check.h"
#include "support/tcp_client.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::HostConfig;
using host::ServiceConfig;
using host::ServiceState;
using Lines = std::vector<std::string>;
namespace step = host::step;

class ReconcilerTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(ReconcilerTest);
    CPPUNIT_TEST(servesWhatIsWanted);
    CPPUNIT_TEST(plansWithoutTouchingAnything);
    CPPUNIT_TEST(changesNothingTwice);
    CPPUNIT_TEST(endsWhatIsNotWantedAnyMore);
    CPPUNIT_TEST(leavesEverythingWhenAnAddressIsTaken);
    CPPUNIT_TEST(leavesEverythingWhenTheConfigurationIsWrong);
    CPPUNIT_TEST(carriesNothingOutAfterTheEnd);
    CPPUNIT_TEST(keepsTheOrderOfTheFiles);
    CPPUNIT_TEST(tellsWhoAsksOfEachConfiguration);
    CPPUNIT_TEST(cutsOldClientsAfterTheTimeThatIsGiven);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesWhatIsWanted() {
        const auto result = apply({serviceConfig("a", {loopback(port_)})});
        CPPUNIT_ASSERT_EQUAL(std::string("applied, generation 1"), result.text);
        const Lines expected{"start a: " + fixturePlugin("good").string() + " on " +
                             toString(loopback(port_))};
        CHECK(result.lines == expected);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), TcpClient(port_, ownHost()).receiveExactly(5));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, parts_->applied.generation());
    }

    void plansWithoutTouchingAnything() {
        const auto running = parts_->fake(serviceConfig("running"));
        const auto plan = parts_->reconciler.plan(resolve({serviceConfig("a", {loopback(port_)})}));
        CPPUNIT_ASSERT_EQUAL(std::string("2 services would change"), plan.text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, plan.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::string("remove running: 0 connections drain"), plan.lines.at(0));
        CPPUNIT_ASSERT(parts_->calls->all().empty());
        CPPUNIT_ASSERT(!parts_->services.find("a"));
        CPPUNIT_ASSERT(canBind(port_));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, parts_->applied.generation());
        CPPUNIT_ASSERT_EQUAL(std::string("nothing would change"),
                             parts_->reconciler.plan(resolve({running->config()})).text);
    }

    void changesNothingTwice() {
        expectDone(apply({serviceConfig("a")}));
        const auto again = apply({serviceConfig("a")});
        CPPUNIT_ASSERT_EQUAL(std::string("nothing to change, generation 2"), again.text);
        CPPUNIT_ASSERT(again.lines.empty());
    }

    void endsWhatIsNotWantedAnyMore() {
        expectDone(apply({serviceConfig("a", {loopback(port_)}), serviceConfig("b")}));
        auto disabled = serviceConfig("b");
        disabled.options.enabled = false;
        const auto result = apply({disabled});
        CHECK(result.lines ==
              Lines{"remove a: 0 connections drain", "stop b: 0 connections drain"});
        CPPUNIT_ASSERT(!parts_->services.find("a"));
        CHECK(parts_->services.find("b")->state() == ServiceState::Disabled);
        CPPUNIT_ASSERT(canBind(port_));
    }

    void leavesEverythingWhenAnAddressIsTaken() {
        const auto running = parts_->fake(serviceConfig("running"));
        const auto taken = parts_->listener(loopback(0));
        const auto result =
            apply({serviceConfig("a", {loopback(port_)}), serviceConfig("b", {taken->bound()})});
        CPPUNIT_ASSERT_MESSAGE(result.text, result.error == ChangeError::Address);
        CPPUNIT_ASSERT(parts_->calls->all().empty());
        CHECK(parts_->services.names() == Lines{"running"});
        CPPUNIT_ASSERT(canBind(port_));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, parts_->applied.generation());
    }

    void leavesEverythingWhenTheConfigurationIsWrong() {
        auto wrong = serviceConfig("a");
        addSetting(wrong, "one", "1");
        addSetting(wrong, "two", "2");
        for (const auto& result : {apply({wrong}), parts_->reconciler.plan(resolve({wrong}))}) {
            CHECK(result.error == ChangeError::BadConfig);
            CPPUNIT_ASSERT_EQUAL(std::string("2 errors in the configuration; nothing was changed"),
                                 result.text);
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, result.lines.size());
        }
        CPPUNIT_ASSERT(parts_->services.all().empty());
    }

    void carriesNothingOutAfterTheEnd() {
        parts_->turns.end();
        const auto result = parts_->reconciler.carryOut(
            {{step::Start{parts_->resolved(serviceConfig("a", {loopback(port_)}))}}});
        CHECK(result.error == ChangeError::Refused);
        CPPUNIT_ASSERT(parts_->services.all().empty());
        CPPUNIT_ASSERT(canBind(port_));
    }

    void keepsTheOrderOfTheFiles() {
        expectDone(apply({serviceConfig("z"), serviceConfig("a")}));
        CHECK(parts_->services.names() == Lines{"z", "a"});
        const auto services = parts_->reconciler.configuration().services;
        CPPUNIT_ASSERT_EQUAL(std::string("z"), services.at(0).name);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), services.at(1).name);
    }

    void tellsWhoAsksOfEachConfiguration() {
        std::vector<std::size_t> services;
        parts_->reconciler.onApplied(
            [&](const HostConfig& config) { services.push_back(config.services.size()); });
        expectDone(apply({serviceConfig("a"), serviceConfig("b")}));
        auto wrong = serviceConfig("a");
        addSetting(wrong, "one", "1");
        CPPUNIT_ASSERT(!apply({wrong}).ok());
        CHECK(services == std::vector<std::size_t>{0, 2});
        parts_->reconciler.onApplied(nullptr);
        expectDone(apply({serviceConfig("a")}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, services.size());
    }

    void cutsOldClientsAfterTheTimeThatIsGiven() {
        expectDone(apply({serviceConfig("a", {loopback(port_)})}));
        TcpClient old(port_, ownHost());
        CPPUNIT_ASSERT_EQUAL(std::string("first"), old.receiveExactly(5));
        auto wanted = serviceConfig("a", {loopback(port_)});
        addSetting(wanted, "greeting", "hello");
        wanted.options.drainTimeout = std::chrono::hours(1);
        const auto result = apply({wanted}, std::chrono::milliseconds(0));
        CPPUNIT_ASSERT_MESSAGE(result.lines.back(),
                               result.lines.back().starts_with("a: 1 connection may finish"));
        CPPUNIT_ASSERT_EQUAL(std::string(), old.receiveAll());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), TcpClient(port_, ownHost()).receiveExactly(5));
    }

private:
    static HostConfig config(std::vector<ServiceConfig> services) {
        HostConfig config;
        config.services = std::move(services);
        return config;
    }
    ChangeResult apply(std::vector<ServiceConfig> services,
                       host::Reconciler::Limit killAfter = {}) {
        return parts_->reconciler.apply(config(std::move(services)), killAfter);
    }
    [[nodiscard]] host::Resolution resolve(const std::vector<ServiceConfig>& services) {
        return parts_->reconciler.resolver({}).resolveAll(services);
    }
    static void expectDone(const ChangeResult& result) {
        CPPUNIT_ASSERT_MESSAGE(result.text, result.ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReconcilerTest);

}  // namespace
}  // namespace berth::test
