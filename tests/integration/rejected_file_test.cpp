// tests/integration/rejected_file_test.cpp - a plugin file that failed its probation is not used
// again by another way, and nothing claims that it serves.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "integration/answers_host.h"
#include "support/check.h"

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
        CHECK(contains(plan, "nothing would change"));
        CHECK(contains(host->control("reload"), "nothing to change"));
        const auto still = host.client("one");
        host.install("answers_two");
        const auto change = host->control("reload plan");
        CHECK(contains(change, "restart for plugin file"));
        CHECK(startsWith(host->control("reload"), "OK"));
        const auto next = host.client("two");
    }

    void isNotUsedByARestart() {
        AnswersHost host(AnswersHost::kProbation);
        reject(host);
        const auto restarted = host->control("restart answers");
        CHECK(startsWith(restarted, "OK"));
        const auto anew = host.client("one");
        tellsGeneration(host, 1);
    }

    void isNotHeldAfterLoad() {
        AnswersHost host(AnswersHost::kProbation, "", AnswersHost::kKind);
        rejectLoaded(host);
        CHECK(waitUntil([&] { return host.logged("generation 2: unloaded"); }));
        CHECK(contains(host->control("reload"), "nothing to change"));
        CHECK(startsWith(host->control("restart answers"), "OK"));
        const auto anew = host.client("one");
        tellsGeneration(host, 1);
    }

    void leavesWhatWasLoadedBeforeIt() {
        AnswersHost host("probation = 4 connections\nprobation_failures = 0\n", "",
                         AnswersHost::kKind);
        CHECK(startsWith(host.load("answers_two"), "OK"));
        for (int i = 0; i < 4; ++i) host.client("two").finishSending();
        CHECK(waitUntil([&] { return host.logged("passed its probation"); }));
        rejectLoaded(host);
        CHECK(waitUntil([&] { return host.logged("generation 3: unloaded"); }));
        CHECK(startsWith(host->control("restart answers"), "OK"));
        const auto anew = host.client("two");
        tellsGeneration(host, 2);
    }

    void isTriedAgainWhenItIsLoadedByName() {
        AnswersHost host(AnswersHost::kProbation, "", AnswersHost::kKind);
        rejectLoaded(host);
        CHECK(startsWith(host.load("fails_each_third"), "OK"));
        const auto again = host.client("three");
    }

    void isNotTriedAgainWhenAnotherPluginIsLoaded() {
        AnswersHost host(AnswersHost::kProbation);
        reject(host);
        const auto echo = std::string(BERTH_TEST_BINARY_DIR) + "/plugins/echo.so";
        const auto loaded = host->control("load " + echo);
        CHECK(startsWith(loaded, "OK loaded echo"));
        const auto still = host.client("one");
        tellsGeneration(host, 1);
    }

    // The ini names another file for the new version.
    void isNotShownAsWhatServes() {
        AnswersHost host(AnswersHost::kProbation);
        host.install("fails_each_third", "other.so");
        host->configure(AnswersHost::section("answers", AnswersHost::kProbation, "./other.so"));
        CHECK(startsWith(host->control("reload"), "OK"));
        CHECK(contains(host->control("show answers"), "plugin = ./other.so"));
        host.failProbation();
        const auto shown = [&] { return host->control("show answers"); };
        CHECK(waitUntil([&] { return contains(shown(), "plugin = ./answers.so"); }));
        tellsGeneration(host, 1);
        const auto plan = host->control("reload plan");
        CHECK(contains(plan, "nothing would change"));
        CHECK(startsWith(host->control("reload"), "OK"));
        CHECK(contains(shown(), "plugin = ./answers.so"));
        tellsGeneration(host, 1);
        host.install("answers_two", "other.so");
        CHECK(contains(host->control("reload plan"), "restart for plugin"));
        CHECK(startsWith(host->control("reload"), "OK"));
        CHECK(contains(shown(), "plugin = ./other.so"));
        const auto next = host.client("two");
    }

private:
    static void reject(AnswersHost& host) {
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        host.failProbation();
    }

    static void rejectLoaded(AnswersHost& host) {
        CHECK(startsWith(host.load("fails_each_third"), "OK"));
        host.failProbation();
    }

    static void tellsGeneration(AnswersHost& host, int number) {
        const auto services = host->control("services");
        const auto told = "plugin answers 1.0.0  generation " + std::to_string(number) + " ";
        CHECK(contains(services, told));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RejectedFileTest);

}  // namespace
}  // namespace berth::test
