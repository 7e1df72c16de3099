// tests/host/change/plan_test.cpp - the difference between what runs and what is wanted.
#include "host/change/plan.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::closedBy;
using host::lineOf;
using host::ListenAddress;
using host::makePlan;
using host::PlanStep;
using host::ResolvedService;
using host::RunningView;
using host::ServiceConfig;
using host::ServiceState;
using Lines = std::vector<std::string>;
namespace step = host::step;

ListenAddress address(std::uint16_t port) {
    ListenAddress result;
    result.host = "127.0.0.1";
    result.port = port;
    return result;
}

ServiceConfig service(const std::string& name, std::vector<ListenAddress> listen) {
    ServiceConfig config;
    config.name = name;
    config.options.plugin = "echo";
    config.options.listen = std::move(listen);
    return config;
}

ServiceConfig service(const std::string& name) {
    return service(name, {address(7001)});
}

RunningView serving(const ServiceConfig& config, std::size_t open = 0) {
    return {config, ServiceState::Serving, open};
}

// Resolved to the plugin that serves.
std::vector<ResolvedService> wants(const std::vector<ServiceConfig>& services) {
    std::vector<ResolvedService> wanted;
    for (const auto& config : services) wanted.push_back({config, {}, nullptr});
    return wanted;
}

PlanStep onlyStep(const RunningView& running, const ServiceConfig& wanted) {
    auto plan = makePlan({running}, wants({wanted}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, plan.steps.size());
    return plan.steps.front();
}

template <class Step>
Step only(const RunningView& running, const ServiceConfig& wanted) {
    const auto found = onlyStep(running, wanted);
    CPPUNIT_ASSERT_MESSAGE(lineOf(found), std::holds_alternative<Step>(found));
    return std::get<Step>(found);
}

template <class Step>
bool is(const PlanStep& found) {
    return std::holds_alternative<Step>(found);
}

class PlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PlanTest);
    CPPUNIT_TEST(startsEverythingFromNothing);
    CPPUNIT_TEST(startsNoDisabledService);
    CPPUNIT_TEST(keepsWhatIsTheSame);
    CPPUNIT_TEST(removesFirst);
    CPPUNIT_TEST(stopsWhatIsDisabled);
    CPPUNIT_TEST(startsWhatDoesNotServe);
    CPPUNIT_TEST(leavesStoppedWhatAnOperatorStopped);
    CPPUNIT_TEST(changesLimitsInPlace);
    CPPUNIT_TEST(opensAndClosesListeners);
    CPPUNIT_TEST(countsListenersOnPort0);
    CPPUNIT_TEST(redeploysForThePluginsOwnKeys);
    CPPUNIT_TEST(redeploysForAnotherPlugin);
    CPPUNIT_TEST(asksForANewEngine);
    CPPUNIT_TEST(passesOverTheOrderOfKeys);
    CPPUNIT_TEST_SUITE_END();

public:
    void startsEverythingFromNothing() {
        const auto plan =
            makePlan({}, wants({service("a"), service("b", {address(1), address(2)})}));
        CPPUNIT_ASSERT(!plan.changesNothing());
        const Lines expected{"start a: echo on 127.0.0.1:7001",
                             "start b: echo on 127.0.0.1:1, 127.0.0.1:2"};
        CHECK(plan.lines() == expected);
        CPPUNIT_ASSERT(makePlan({}, {}).changesNothing());
    }

    void startsNoDisabledService() {
        auto config = service("a");
        config.options.enabled = false;
        const auto plan = makePlan({}, wants({config}));
        CPPUNIT_ASSERT(plan.changesNothing());
        CPPUNIT_ASSERT(is<step::Keep>(plan.steps.front()));
    }

    void keepsWhatIsTheSame() {
        const auto kept = onlyStep(serving(service("a"), 3), service("a"));
        CPPUNIT_ASSERT(is<step::Keep>(kept));
        CPPUNIT_ASSERT_EQUAL(std::string("keep a"), lineOf(kept));
    }

    void removesFirst() {
        const auto plan = makePlan({serving(service("a"), 1), serving(service("b"), 2)},
                                   wants({service("new"), service("b")}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, plan.steps.size());
        CPPUNIT_ASSERT(is<step::Remove>(plan.steps[0]));
        CHECK(closedBy(plan.steps[0]) == std::vector{address(7001)});
        const Lines expected{"remove a: 1 connection drain", "start new: echo on 127.0.0.1:7001"};
        CHECK(plan.lines() == expected);
    }

    void stopsWhatIsDisabled() {
        auto wanted = service("a");
        wanted.options.enabled = false;
        const auto stop = only<step::Stop>(serving(service("a"), 2), wanted);
        CPPUNIT_ASSERT(!stop.wanted.options.enabled);
        CPPUNIT_ASSERT_EQUAL(std::string("stop a: 2 connections drain"), lineOf(PlanStep(stop)));
    }

    void startsWhatDoesNotServe() {
        for (const auto state :
             {ServiceState::Stopped, ServiceState::Disabled, ServiceState::Draining}) {
            auto running = serving(service("a"));
            running.state = state;
            const auto start = only<step::Start>(running, service("a"));
            CHECK(start.wanted.config.options.listen == std::vector{address(7001)});
        }
        auto stopped = serving(service("a"));
        stopped.state = ServiceState::Stopped;
        const auto plan = makePlan({stopped}, {});
        CPPUNIT_ASSERT(is<step::Remove>(plan.steps.front()));
        CHECK(isEmpty(closedBy(plan.steps.front())));
    }

    void leavesStoppedWhatAnOperatorStopped() {
        const RunningView stopped{service("a"), ServiceState::Stopped, 0};
        auto wanted = service("a");
        wanted.options.maxConnections = 5;
        for (const auto& running :
             {std::vector<RunningView>{stopped}, std::vector<RunningView>{}}) {
            const auto plan = makePlan(running, wants({wanted}), {"a"});
            CPPUNIT_ASSERT(is<step::Keep>(plan.steps.front()));
            CPPUNIT_ASSERT(plan.changesNothing());
            const Lines expected{"keep a: it stays stopped, by an operator; start a serves again"};
            CHECK(plan.lines() == expected);
        }
        wanted.options.enabled = false;
        CHECK(isEmpty(makePlan({stopped}, wants({wanted}), {"a"}).lines()));
        CPPUNIT_ASSERT(is<step::Remove>(makePlan({stopped}, {}, {"a"}).steps[0]));
        CHECK(isEmpty(makePlan({serving(service("a"))}, wants({service("a")}), {"a"}).lines()));
    }

    void changesLimitsInPlace() {
        auto wanted = service("a");
        wanted.options.maxConnections = 5;
        wanted.options.idleTimeout = std::chrono::seconds(30);
        const auto change = only<step::Change>(serving(service("a")), wanted);
        const Lines expected{"max_connections 1000 -> 5", "idle_timeout 5m -> 30s"};
        CHECK(change.retuned == expected);
        CPPUNIT_ASSERT(!change.redeploys());
        CPPUNIT_ASSERT(!change.newEngine);
        CHECK(isEmpty(change.opened));
        CHECK(isEmpty(change.closed));
        CPPUNIT_ASSERT_EQUAL(
            std::string("change a: max_connections 1000 -> 5, idle_timeout 5m -> 30s"),
            lineOf(PlanStep(change)));
    }

    void opensAndClosesListeners() {
        const auto change = only<step::Change>(serving(service("a", {address(1), address(2)})),
                                               service("a", {address(2), address(3)}));
        CHECK(change.opened == std::vector{address(3)});
        CHECK(change.closed == std::vector{address(1)});
        CPPUNIT_ASSERT(!change.redeploys());
        CPPUNIT_ASSERT(!change.newEngine);
        CPPUNIT_ASSERT_EQUAL(std::string("change a: open 127.0.0.1:3, close 127.0.0.1:1"),
                             lineOf(PlanStep(change)));
        const auto reordered = onlyStep(serving(service("a", {address(1), address(2)})),
                                        service("a", {address(2), address(1)}));
        CPPUNIT_ASSERT(is<step::Keep>(reordered));
    }

    void countsListenersOnPort0() {
        const auto two = service("a", {address(0), address(0)});
        CPPUNIT_ASSERT(is<step::Keep>(onlyStep(serving(two), two)));
        const auto more =
            only<step::Change>(serving(two), service("a", {address(0), address(0), address(0)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, more.opened.size());
        const auto fewer = only<step::Change>(serving(two), service("a", {address(0)}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fewer.closed.size());
        CHECK(isEmpty(fewer.opened));
    }

    void redeploysForThePluginsOwnKeys() {
        auto before = service("a");
        before.settings = {{"same", "1", "/etc"}, {"changed", "1", "/etc"}, {"gone", "1", "/etc"}};
        auto after = service("a");
        after.settings = {{"same", "1", "/etc"}, {"changed", "2", "/etc"}, {"new", "1", "/etc"}};
        const auto change = only<step::Change>(serving(before, 1), after);
        const Lines expected{"changed", "new", "gone"};
        CHECK(change.causes == expected);
        CPPUNIT_ASSERT_EQUAL(
            std::string("change a: restart for changed, new, gone (1 connection drain)"),
            lineOf(PlanStep(change)));
        // Relative paths start at the folder of the file.
        auto moved = before;
        for (auto& value : moved.settings) value.directory = "/srv";
        CPPUNIT_ASSERT_EQUAL(std::size_t{3},
                             only<step::Change>(serving(before), moved).causes.size());
    }

    void redeploysForAnotherPlugin() {
        auto wanted = service("a");
        wanted.options.plugin = "uppercase";
        CHECK(only<step::Change>(serving(service("a")), wanted).causes == Lines{"plugin"});

        // Another generation of the plugin that serves.
        auto running = serving(service("a"));
        running.version = std::make_shared<const host::DeployedVersion>(
            host::DeployedVersion{1, "echo", catalog_.open(fixturePlugin("counter_probe"))});
        CHECK(only<step::Change>(running, service("a")).causes == Lines{"plugin file"});
        CHECK(only<step::Change>(running, wanted).causes == Lines{"plugin"});

        // Without `plugin` the section's name is the kind.
        auto byName = service("echo");
        byName.options.plugin.clear();
        CPPUNIT_ASSERT(is<step::Keep>(onlyStep(serving(service("echo")), byName)));
    }

    void asksForANewEngine() {
        auto threads = service("a");
        threads.options.threads = 7;
        CPPUNIT_ASSERT(only<step::Change>(serving(service("a")), threads).newEngine);
        auto fibers = service("a");
        fibers.options.engine = host::EngineKind::Fibers;
        const auto change = only<step::Change>(serving(service("a")), fibers);
        CPPUNIT_ASSERT(change.newEngine && !change.redeploys() && change.retuned.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("change a: new engine"), lineOf(PlanStep(change)));
    }

    void passesOverTheOrderOfKeys() {
        auto before = service("a");
        before.settings = {{"one", "1", ""}, {"two", "2", ""}};
        auto after = service("a");
        after.settings = {{"two", "2", ""}, {"one", "1", ""}};
        CPPUNIT_ASSERT(is<step::Keep>(onlyStep(serving(before), after)));
    }

private:
    TemporaryFolder folder_;
    host::LogSystem logs_{{}, std::make_unique<MemoryLogSink>(std::make_shared<LogMemory>())};
    host::Catalog catalog_{host::StagingFolder(folder_ / "staged"), logs_.host()};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PlanTest);

}  // namespace
}  // namespace berth::test
