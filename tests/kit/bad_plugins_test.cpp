// tests/kit/bad_plugins_test.cpp - each mistake of a plugin is found under its own name.
#include <Poco/Environment.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "kit/interrupts.h"
#include "kit/kit_plan.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/growing_times.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

class BadPluginsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BadPluginsTest);
    CPPUNIT_TEST(findsNothingWrongWithAGoodPlugin);
    CPPUNIT_TEST(refusesAFileThatIsNoPlugin);
    CPPUNIT_TEST(refusesAHiddenDescriptor);
    CPPUNIT_TEST(findsAMissingSymbol);
    CPPUNIT_TEST(findsAConstructorThatThrows);
    CPPUNIT_TEST(findsWrongSettings);
    CPPUNIT_TEST(findsAStopThatThrows);
    CPPUNIT_TEST(findsASlowStop);
    CPPUNIT_TEST(findsAStopThatHangs);
    CPPUNIT_TEST(findsADestructorThatThrows);
    CPPUNIT_TEST(findsAUniqueSymbol);
    CPPUNIT_TEST(findsAFileThatIsNeverUnloaded);
    CPPUNIT_TEST(findsThreadLocalState);
    CPPUNIT_TEST(findsAThreadThatStopDoesNotEnd);
    CPPUNIT_TEST(findsThreadsThatClientsLeave);
    CPPUNIT_TEST(findsLeakedMemory);
    CPPUNIT_TEST(findsLeakedDescriptors);
    CPPUNIT_TEST(findsAClosedDescriptorOfTheHost);
    CPPUNIT_TEST(findsAHandlerThatThrows);
    CPPUNIT_TEST(findsACrashOnGarbage);
    CPPUNIT_TEST(findsAnExit);
    CPPUNIT_TEST(findsABlockedLoop);
    CPPUNIT_TEST(findsAHandlerThatNeverEnds);
    CPPUNIT_TEST(findsAHandlerThatIgnoresTheCut);
    CPPUNIT_TEST(findsAHandlerThatSwallowsTheCut);
    CPPUNIT_TEST(findsLentBytesThatAreUsedTooLong);
    CPPUNIT_TEST(findsALockThatIsHeldOverReceive);
    CPPUNIT_TEST(refusesAKeyOfEveryService);
    CPPUNIT_TEST(refusesAKeyThatIsDescribedTwice);
    CPPUNIT_TEST(refusesADefaultOutOfRange);
    CPPUNIT_TEST(leavesOutFibersWhereThePluginSaysSo);
    CPPUNIT_TEST(leavesNothingBehindWhenItIsInterrupted);
    CPPUNIT_TEST_SUITE_END();

public:
    void findsNothingWrongWithAGoodPlugin() {
        const auto report = kit::testPlugin(shortPlan(fixturePlugin("good")));
        CPPUNIT_ASSERT_EQUAL(std::string(), findingsOf(report));
        CPPUNIT_ASSERT(report.passed());
    }

    void refusesAFileThatIsNoPlugin() { finds("preflight", "no_note"); }
    void refusesAHiddenDescriptor() { finds("preflight", "hidden_descriptor"); }
    void findsAMissingSymbol() { finds("load", "missing_symbol"); }
    void findsAConstructorThatThrows() { finds("create", "throws_in_create"); }
    void findsWrongSettings() { finds("settings", "good", {{"greting", "x"}}); }
    void findsAStopThatThrows() { finds("throws-in-stop", "throws_in_stop"); }
    void findsASlowStop() {
        auto plan =
            shortPlan(fixturePlugin("slow_start"), {{"create_time", "0"}, {"stop_time", "100ms"}});
        plan.patience = std::chrono::milliseconds(50);
        plan.threads = plan.fibers = false;
        requireFound("slow-stop", plan);
    }
    void findsAStopThatHangs() {
        auto plan = impatient(shortPlan(fixturePlugin("hangs_in_stop")));
        plan.threads = plan.fibers = false;
        requireFoundInTime("hang", plan);
    }
    void findsADestructorThatThrows() { finds("crash", "throws_in_destructor"); }
    void findsAUniqueSymbol() { finds("unload", "unique_symbol"); }
    void findsAFileThatIsNeverUnloaded() { finds("unload", "no_delete"); }
    void findsThreadLocalState() { finds("unload", "thread_local_state"); }
    void findsAThreadThatStopDoesNotEnd() { finds("leak-threads", "leaves_a_thread"); }
    void findsThreadsThatClientsLeave() { findsOnBoth("leak-threads", "thread_per_client"); }
    void findsLeakedMemory() { findsOnBoth("leak-memory", "leaks_memory"); }
    void findsLeakedDescriptors() { findsOnBoth("leak-descriptors", "leaks_descriptor"); }
    void findsAClosedDescriptorOfTheHost() {
        finds("closes-descriptor", "closes_foreign_descriptor");
    }
    void findsAHandlerThatThrows() { findsOnBoth("throws", "throws_in_handle"); }
    void findsACrashOnGarbage() { findsOnBoth("crash", "crashes_on_garbage"); }
    void findsAnExit() { findsOnBoth("crash", "calls_exit"); }
    void findsABlockedLoop() {
        auto plan = impatient(shortPlan(fixturePlugin("blocks_the_loop"), {{"pause", "3s"}}));
        plan.threads = false;
        requireFoundInTime("blocks-loop", plan);
    }
    void findsAHandlerThatNeverEnds() { findsWithoutFibers("never-ends", "never_ends"); }
    void findsAHandlerThatIgnoresTheCut() { findsWithoutFibers("ignores-cut", "ignores_cut"); }

    void findsAHandlerThatSwallowsTheCut() { findsOnEach("ignores-cut", "swallows_the_cut"); }
    void findsLentBytesThatAreUsedTooLong() {
        auto plan = shortPlan(fixturePlugin("uses_lent_bytes"));
        plan.threads = plan.fibers = false;
        const auto report = kit::testPlugin(plan);
        CPPUNIT_ASSERT_EQUAL(std::string("plugin, lent bytes: uses-lent-bytes: the handler uses "
                                         "bytes that receive() lent after it received again: use "
                                         "them before, or copy them first, such as into a "
                                         "std::vector\n"),
                             findingsOf(report));
    }
    // And not for a loop that blocks: the cure is another one.
    void findsALockThatIsHeldOverReceive() {
        findsOnEach("holds-lock", "locks_while_receiving");
        auto plan = impatient(shortPlan(fixturePlugin("locks_while_receiving")));
        plan.threads = false;
        // A loop that the machine holds up seems to be blocked.
        CPPUNIT_ASSERT(withGrowingTimes(plan.patience, [&](auto patience) {
            return count(kit::testPlugin(withPatience(plan, patience)), "blocks-loop") == 0;
        }));
    }
    void refusesAKeyOfEveryService() {
        refusesToLoad("reserved_key",
                      "the setting \"idle_timeout\" has the name of a key that every service has");
    }
    void refusesAKeyThatIsDescribedTwice() {
        refusesToLoad("key_twice", "the setting \"size\" is described twice");
    }
    void refusesADefaultOutOfRange() {
        refusesToLoad("default_out_of_range", "the default of the setting \"size\" is not allowed");
    }

    void leavesOutFibersWhereThePluginSaysSo() {
        const auto report = kit::testPlugin(shortPlan(fixturePlugin("threads_only")));
        CPPUNIT_ASSERT_EQUAL(std::string(), findingsOf(report));
        const auto& last = report.steps.back();
        CPPUNIT_ASSERT_EQUAL(std::string("fibers"), last.suite);
        CHECK(last.outcome == kit::StepResult::Outcome::NotRun);
        CPPUNIT_ASSERT_EQUAL(std::string("the plugin says that it runs on threads only"),
                             last.note);
    }

    void leavesNothingBehindWhenItIsInterrupted() {
        const TemporaryFolder folder;
        const auto before = Poco::Environment::get("TMPDIR", "/tmp");
        Poco::Environment::set("TMPDIR", folder.path().string());
        const kit::Interrupts held;
        const auto interrupt = [](const kit::StepResult& step) {
            if (step.name == "preflight") ::raise(SIGTERM);
        };
        CPPUNIT_ASSERT_THROW(
            static_cast<void>(kit::testPlugin(shortPlan(fixturePlugin("good")), interrupt)),
            kit::Interrupted);
        Poco::Environment::set("TMPDIR", before);
        CPPUNIT_ASSERT(std::filesystem::is_empty(folder.path()));
    }

private:
    static void requireFound(const std::string& id, const kit::TestPlan& plan) {
        const auto report = kit::testPlugin(plan);
        CPPUNIT_ASSERT_MESSAGE("did not find " + id + " but:\n" + findingsOf(report),
                               count(report, id) > 0);
        CPPUNIT_ASSERT(!report.passed());
    }

    // For a plan with little patience: on a slow machine the kit may lose it before it comes to
    // what is to be found.
    static void requireFoundInTime(const std::string& id, const kit::TestPlan& plan) {
        kit::PluginTestReport report;
        const bool found = withGrowingTimes(plan.patience, [&](auto patience) {
            report = kit::testPlugin(withPatience(plan, patience));
            return count(report, id) > 0;
        });
        CPPUNIT_ASSERT_MESSAGE("did not find " + id + " but:\n" + findingsOf(report), found);
        CPPUNIT_ASSERT(!report.passed());
    }

    static void finds(const std::string& id, const std::string& fixture,
                      const Settings& settings = {}) {
        requireFound(id, shortPlan(fixturePlugin(fixture), settings));
    }

    static void refusesToLoad(const std::string& fixture, const std::string& why) {
        const auto report = kit::testPlugin(shortPlan(fixturePlugin(fixture)));
        CPPUNIT_ASSERT(!report.passed());
        const auto found = findingsOf(report);
        CPPUNIT_ASSERT_MESSAGE(found, count(report, "load") > 0);
        CHECK(contains(found, why));
    }

    // On each engine by itself, as one that has little patience.
    static void findsOnEach(const std::string& id, const std::string& fixture) {
        auto plan = impatient(shortPlan(fixturePlugin(fixture)));
        plan.fibers = false;
        requireFoundInTime(id, plan);
        std::swap(plan.threads, plan.fibers);
        requireFoundInTime(id, plan);
    }

    static void findsOnBoth(const std::string& id, const std::string& fixture) {
        auto plan = shortPlan(fixturePlugin(fixture));
        plan.fibers = false;
        requireFound(id, plan);
        std::swap(plan.threads, plan.fibers);
        requireFound(id, plan);
    }

    static void findsWithoutFibers(const std::string& id, const std::string& fixture) {
        auto plan = impatient(shortPlan(fixturePlugin(fixture)));
        plan.fibers = false;
        requireFoundInTime(id, plan);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BadPluginsTest);

}  // namespace
}  // namespace berth::test
