// tests/integration/rejected_file_test.cpp - a plugin file that failed its probation is not used
// again by another way, and nothing claims that it serves.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "integration/answers_host.h"

namespace berth::test {
namespace {

class RejectedFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RejectedFileTest);
    CPPUNIT_TEST(isNotTriedAgainBeforeItChanges);
    CPPUNIT_TEST(isNotUsedByARestart);
    CPPUNIT_TEST(isNotHeldAfterLoad);
    CPPUNIT_TEST(leavesWhatWasLoadedBeforeIt);
    CPPUNIT_TEST(isTriedAgainWhenItIsLoadedByName);
    CPPUNIT_TEST(isNotTriedAgainWhenAnotherPluginIsLoaded);
    CPPUNIT_TEST(isNotShownAsWhatServes);
    CPPUNIT_TEST_SUITE_END();

public:
    void isNotTriedAgainBeforeItChanges() {
        AnswersHost host(AnswersHost::kProbation);
        reject(host);
        const auto plan = host->control("reload plan");
        CPPUNIT_ASSERT_MESSAGE(plan, contains(plan, "nothing would change"));
        CPPUNIT_ASSERT(contains(host->control("reload"), "nothing to change"));
        const auto still = host.client("one");
        host.install("answers_two");
        const auto change = host->control("reload plan");
        CPPUNIT_ASSERT_MESSAGE(change, contains(change, "restart for plugin file"));
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        const auto next = host.client("two");
    }

    void isNotUsedByARestart() {
        AnswersHost host(AnswersHost::kProbation);
        reject(host);
        const auto restarted = host->control("restart answers");
        CPPUNIT_ASSERT_MESSAGE(restarted, restarted.starts_with("OK"));
        const auto anew = host.client("one");
        tellsGeneration(host, 1);
    }

    void isNotHeldAfterLoad() {
        AnswersHost host(AnswersHost::kProbation, "", AnswersHost::kKind);
        rejectLoaded(host);
        CPPUNIT_ASSERT(waitUntil([&] { return host.logged("generation 2: unloaded"); }));
        CPPUNIT_ASSERT(contains(host->control("reload"), "nothing to change"));
        CPPUNIT_ASSERT(host->control("restart answers").starts_with("OK"));
        const auto anew = host.client("one");
        tellsGeneration(host, 1);
    }

    void leavesWhatWasLoadedBeforeIt() {
        AnswersHost host("probation = 4 connections\nprobation_failures = 0\n", "",
                         AnswersHost::kKind);
        CPPUNIT_ASSERT(host.load("answers_two").starts_with("OK"));
        for (int i = 0; i < 4; ++i) host.client("two").finishSending();
        CPPUNIT_ASSERT(waitUntil([&] { return host.logged("passed its probation"); }));
        rejectLoaded(host);
        CPPUNIT_ASSERT(waitUntil([&] { return host.logged("generation 3: unloaded"); }));
        CPPUNIT_ASSERT(host->control("restart answers").starts_with("OK"));
        const auto anew = host.client("two");
        tellsGeneration(host, 2);
    }

    void isTriedAgainWhenItIsLoadedByName() {
        AnswersHost host(AnswersHost::kProbation, "", AnswersHost::kKind);
        rejectLoaded(host);
        CPPUNIT_ASSERT(host.load("fails_each_third").starts_with("OK"));
        const auto again = host.client("three");
    }

    void isNotTriedAgainWhenAnotherPluginIsLoaded() {
        AnswersHost host(AnswersHost::kProbation);
        reject(host);
        const auto echo = std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so";
        const auto loaded = host->control("load " + echo);
        CPPUNIT_ASSERT_MESSAGE(loaded, loaded.starts_with("OK loaded echo"));
        const auto still = host.client("one");
        tellsGeneration(host, 1);
    }

    // The ini names another file for the new version.
    void isNotShownAsWhatServes() {
        AnswersHost host(AnswersHost::kProbation);
        host.install("fails_each_third", "other.so");
        host->configure(AnswersHost::section("answers", AnswersHost::kProbation, "./other.so"));
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        CPPUNIT_ASSERT(contains(host->control("show answers"), "plugin = ./other.so"));
        host.failProbation();
        const auto shown = [&] { return host->control("show answers"); };
        CPPUNIT_ASSERT(waitUntil([&] { return contains(shown(), "plugin = ./answers.so"); }));
        tellsGeneration(host, 1);
        const auto plan = host->control("reload plan");
        CPPUNIT_ASSERT_MESSAGE(plan, contains(plan, "nothing would change"));
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        CPPUNIT_ASSERT_MESSAGE(shown(), contains(shown(), "plugin = ./answers.so"));
        tellsGeneration(host, 1);
        host.install("answers_two", "other.so");
        CPPUNIT_ASSERT(contains(host->control("reload plan"), "restart for plugin"));
        CPPUNIT_ASSERT(host->control("reload").starts_with("OK"));
        CPPUNIT_ASSERT_MESSAGE(shown(), contains(shown(), "plugin = ./other.so"));
        const auto next = host.client("two");
    }

private:
    static void reject(AnswersHost& host) {
        CPPUNIT_ASSERT(host.swap("fails_each_third").starts_with("OK"));
        host.failProbation();
    }

    static void rejectLoaded(AnswersHost& host) {
        CPPUNIT_ASSERT(host.load("fails_each_third").starts_with("OK"));
        host.failProbation();
    }

    static void tellsGeneration(AnswersHost& host, int number) {
        const auto services = host->control("services");
        const auto told = "plugin answers 1.0.0  generation " + std::to_string(number) + " ";
        CPPUNIT_ASSERT_MESSAGE(services, contains(services, told));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RejectedFileTest);

}  // namespace
}  // namespace berth::test
