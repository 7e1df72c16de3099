// tests/host/plan_test.cpp - the difference between what runs and what is wanted.
#include "host/plan.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <vector>

namespace berth::test {
namespace {

using host::ListenAddress;
using host::makePlan;
using host::PlanStep;
using host::RunningView;
using host::ServiceConfig;
using host::ServiceState;
using Action = PlanStep::Action;
using Lines = std::vector<std::string>;

ListenAddress address(std::uint16_t port) {
    ListenAddress result;
    result.host = "127.0.0.1";
    result.port = port;
    return result;
}

ServiceConfig service(const std::string& name,
                      std::vector<ListenAddress> listen = {address(7001)}) {
    ServiceConfig config;
    config.name = name;
    config.options.plugin = "echo";
    config.options.listen = std::move(listen);
    return config;
}

RunningView serving(const ServiceConfig& config, std::size_t open = 0) {
    return {config, ServiceState::Serving, open, false};
}

PlanStep onlyStep(const RunningView& running, const ServiceConfig& wanted) {
    auto plan = makePlan({running}, {wanted});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.steps.size());
    return plan.steps.front();
}

class PlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlanTest);
    CPPUNIT_TEST(startsEverythingFromNothing);
    CPPUNIT_TEST(startsNoDisabledService);
    CPPUNIT_TEST(keepsWhatIsTheSame);
    CPPUNIT_TEST(removesFirst);
    CPPUNIT_TEST(stopsWhatIsDisabled);
    CPPUNIT_TEST(startsWhatDoesNotServe);
    CPPUNIT_TEST(changesLimitsInPlace);
    CPPUNIT_TEST(opensAndClosesListeners);
    CPPUNIT_TEST(countsListenersOnPort0);
    CPPUNIT_TEST(redeploysForThePluginsOwnKeys);
    CPPUNIT_TEST(redeploysForAnotherPlugin);
    CPPUNIT_TEST(keepsThePluginWhenTheWantedOneIsRejected);
    CPPUNIT_TEST(asksForANewEngine);
    CPPUNIT_TEST(passesOverTheOrderOfKeys);
    CPPUNIT_TEST_SUITE_END();

public:
    void startsEverythingFromNothing() {
        const auto plan = makePlan({}, {service("a"), service("b", {address(1), address(2)})});
        CPPUNIT_ASSERT(!plan.changesNothing());
        const Lines expected{"start a: echo on 127.0.0.1:7001",
                             "start b: echo on 127.0.0.1:1, 127.0.0.1:2"};
        CPPUNIT_ASSERT(plan.lines() == expected);
        CPPUNIT_ASSERT(plan.steps[0].newEngine && plan.steps[0].redeploys());
        CPPUNIT_ASSERT(makePlan({}, {}).changesNothing());
    }

    void startsNoDisabledService() {
        auto config = service("a");
        config.options.enabled = false;
        const auto plan = makePlan({}, {config});
        CPPUNIT_ASSERT(plan.changesNothing());
        CPPUNIT_ASSERT(plan.steps.front().opened.empty());
        CPPUNIT_ASSERT(!plan.steps.front().redeploys());
    }

    void keepsWhatIsTheSame() {
        const auto step = onlyStep(serving(service("a"), 3), service("a"));
        CPPUNIT_ASSERT(step.action == Action::Keep);
        CPPUNIT_ASSERT_EQUAL(std::string("keep a"), step.line());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, step.open);
    }

    void removesFirst() {
        const auto plan = makePlan({serving(service("a"), 1), serving(service("b"), 2)},
                                   {service("new"), service("b")});
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, plan.steps.size());
        CPPUNIT_ASSERT(plan.steps[0].action == Action::Remove);
        CPPUNIT_ASSERT(plan.steps[0].closed == std::vector{address(7001)});
        const Lines expected{"remove a: 1 connection drain", "start new: echo on 127.0.0.1:7001"};
        CPPUNIT_ASSERT(plan.lines() == expected);
    }

    void stopsWhatIsDisabled() {
        auto wanted = service("a");
        wanted.options.enabled = false;
        const auto step = onlyStep(serving(service("a"), 2), wanted);
        CPPUNIT_ASSERT(step.action == Action::Stop);
        CPPUNIT_ASSERT(!step.wanted.options.enabled);
        CPPUNIT_ASSERT_EQUAL(std::string("stop a: 2 connections drain"), step.line());
    }

    void startsWhatDoesNotServe() {
        for (const auto state : {ServiceState::Stopped, ServiceState::Disabled,
                                 ServiceState::Failed, ServiceState::Draining}) {
            auto running = serving(service("a"));
            running.state = state;
            const auto step = onlyStep(running, service("a"));
            CPPUNIT_ASSERT(step.action == Action::Start);
            CPPUNIT_ASSERT(step.opened == std::vector{address(7001)});
        }
        auto stopped = serving(service("a"));
        stopped.state = ServiceState::Stopped;
        const auto plan = makePlan({stopped}, {});
        CPPUNIT_ASSERT(plan.steps.front().action == Action::Remove);
        CPPUNIT_ASSERT(plan.steps.front().closed.empty());
    }

    void changesLimitsInPlace() {
        auto wanted = service("a");
        wanted.options.maxConnections = 5;
        wanted.options.idleTimeout = std::chrono::seconds(30);
        const auto step = onlyStep(serving(service("a")), wanted);
        const Lines expected{"max_connections 1000 -> 5", "idle_timeout 5m -> 30s"};
        CPPUNIT_ASSERT(step.action == Action::Change);
        CPPUNIT_ASSERT(step.retuned == expected);
        CPPUNIT_ASSERT(!step.redeploys() && !step.newEngine);
        CPPUNIT_ASSERT(step.opened.empty() && step.closed.empty());
        CPPUNIT_ASSERT_EQUAL(
            std::string("change a: max_connections 1000 -> 5, idle_timeout 5m -> 30s"),
            step.line());
    }

    void opensAndClosesListeners() {
        const auto step = onlyStep(serving(service("a", {address(1), address(2)})),
                                   service("a", {address(2), address(3)}));
        CPPUNIT_ASSERT(step.opened == std::vector{address(3)});
        CPPUNIT_ASSERT(step.closed == std::vector{address(1)});
        CPPUNIT_ASSERT(!step.redeploys() && !step.newEngine);
        CPPUNIT_ASSERT_EQUAL(std::string("change a: open 127.0.0.1:3, close 127.0.0.1:1"),
                             step.line());
        const auto reordered = onlyStep(serving(service("a", {address(1), address(2)})),
                                        service("a", {address(2), address(1)}));
        CPPUNIT_ASSERT(reordered.action == Action::Keep);
    }

    void countsListenersOnPort0() {
        const auto two = service("a", {address(0), address(0)});
        CPPUNIT_ASSERT(onlyStep(serving(two), two).action == Action::Keep);
        const auto more =
            onlyStep(serving(two), service("a", {address(0), address(0), address(0)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, more.opened.size());
        const auto fewer = onlyStep(serving(two), service("a", {address(0)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fewer.closed.size());
        CPPUNIT_ASSERT(fewer.opened.empty());
    }

    void redeploysForThePluginsOwnKeys() {
        auto before = service("a");
        before.settings = {{"same", "1", "/etc"}, {"changed", "1", "/etc"}, {"gone", "1", "/etc"}};
        auto after = service("a");
        after.settings = {{"same", "1", "/etc"}, {"changed", "2", "/etc"}, {"new", "1", "/etc"}};
        const auto step = onlyStep(serving(before, 1), after);
        const Lines expected{"changed", "new", "gone"};
        CPPUNIT_ASSERT(step.causes == expected);
        CPPUNIT_ASSERT_EQUAL(
            std::string("change a: restart for changed, new, gone (1 connection drain)"),
            step.line());
        // Relative paths start at the folder of the file.
        auto moved = before;
        for (auto& value : moved.settings) value.directory = "/srv";
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, onlyStep(serving(before), moved).causes.size());
    }

    void redeploysForAnotherPlugin() {
        auto wanted = service("a");
        wanted.options.plugin = "uppercase";
        CPPUNIT_ASSERT(onlyStep(serving(service("a")), wanted).causes == Lines{"plugin"});

        auto running = serving(service("a"));
        running.pluginChanged = true;
        CPPUNIT_ASSERT(onlyStep(running, service("a")).causes == Lines{"plugin file"});
        CPPUNIT_ASSERT(onlyStep(running, wanted).causes == Lines{"plugin"});

        // Without `plugin` the section's name is the kind.
        auto byName = service("echo");
        byName.options.plugin.clear();
        CPPUNIT_ASSERT(onlyStep(serving(service("echo")), byName).action == Action::Keep);
    }

    void keepsThePluginWhenTheWantedOneIsRejected() {
        auto running = serving(service("a"));
        running.pluginRejected = true;
        auto wanted = service("a");
        wanted.options.plugin = "uppercase";
        CPPUNIT_ASSERT(onlyStep(running, wanted).action == Action::Keep);
        wanted.options.maxConnections = 7;
        const auto step = onlyStep(running, wanted);
        CPPUNIT_ASSERT(!step.redeploys());
        CPPUNIT_ASSERT_EQUAL(std::string("echo"), step.wanted.plugin());
    }

    void asksForANewEngine() {
        auto threads = service("a");
        threads.options.threads = 7;
        CPPUNIT_ASSERT(onlyStep(serving(service("a")), threads).newEngine);
        auto fibers = service("a");
        fibers.options.engine = host::EngineKind::Fibers;
        const auto step = onlyStep(serving(service("a")), fibers);
        CPPUNIT_ASSERT(step.newEngine && !step.redeploys() && step.retuned.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("change a: new engine"), step.line());
    }

    void passesOverTheOrderOfKeys() {
        auto before = service("a");
        before.settings = {{"one", "1", ""}, {"two", "2", ""}};
        auto after = service("a");
        after.settings = {{"two", "2", ""}, {"one", "1", ""}};
        CPPUNIT_ASSERT(onlyStep(serving(before), after).action == Action::Keep);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlanTest);

}  // namespace
}  // namespace berth::test
