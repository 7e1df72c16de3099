// tests/integration/crashed_version_test.cpp - a version that ended its process while it was on
// probation is not used by the next process.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <string>

#include "integration/answers_host.h"
#include "support/check.h"

namespace berth::test {
namespace {

class CrashedVersionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashedVersionTest);
    CPPUNIT_TEST(isNotUsedByTheNextProcess);
    CPPUNIT_TEST(isReplacedByAnotherFile);
    CPPUNIT_TEST(isTriedAgainWhenItIsLoadedByName);
    CPPUNIT_TEST(isRejectedAfterAnEndWithoutAWord);
    CPPUNIT_TEST(isUsedAfterAnEndInOrder);
    CPPUNIT_TEST(isUsedWhenOtherCodeCrashed);
    CPPUNIT_TEST(isNotUsedByAnyOfItsServices);
    CPPUNIT_TEST(isNotForgottenWithTheProcessBeforeAnUpgrade);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kTold =
        "answers.so: version 3.0.0 crashed with SIGSEGV during its probation in service "
        "\"answers\": version 1.0.0, from before it, is used in its place";

    static void crash(AnswersHost& host) {
        CHECK(startsWith(host.swap("crashes_when_asked"), "OK"));
        auto client = host.client("three");
        client.send("crash\n");
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
    }

    static void isNotUsedByTheNextProcess() {
        AnswersHost host(AnswersHost::kProbation);
        crash(host);
        CHECK(host.logged(kTold));
        const auto served = host.client("one");
        const auto plan = host->control("reload plan");
        CHECK(contains(plan, "nothing would change"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
        const auto again = host.client("one");
    }

    static void isReplacedByAnotherFile() {
        AnswersHost host(AnswersHost::kProbation);
        crash(host);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        const auto next = host.client("two");
    }

    static void isTriedAgainWhenItIsLoadedByName() {
        AnswersHost host(AnswersHost::kProbation, "", AnswersHost::kKind);
        CHECK(startsWith(host.load("crashes_when_asked"), "OK"));
        auto client = host.client("three");
        client.send("crash\n");
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
        CHECK(startsWith(host.load("crashes_when_asked"), "OK"));
        const auto again = host.client("three");
    }

    static void isRejectedAfterAnEndWithoutAWord() {
        AnswersHost host(AnswersHost::kProbation);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        host->signal(SIGKILL);
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
        CHECK(host.logged("ended its process without a word during its probation"));
        const auto served = host.client("one");
    }

    static void isUsedAfterAnEndInOrder() {
        AnswersHost host(AnswersHost::kProbation);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        host->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, host->wait().value_or(-1));
        host->startAgain();
        const auto served = host.client("two");
        CHECK(!host.logged("during its probation"));
    }

    static void isUsedWhenOtherCodeCrashed() {
        AnswersHost host(AnswersHost::kProbation +
                         "[service:frail]\nplugin = crashes\nlisten = 0\n");
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        auto client = host->connect("frail");
        client.send("null\n");
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
        const auto served = host.client("two");
    }

    static void isNotUsedByAnyOfItsServices() {
        AnswersHost host(AnswersHost::kProbation +
                         AnswersHost::section("others", AnswersHost::kProbation));
        crash(host);
        CHECK(host.logged(kTold));
        CHECK(!host.logged("no version before it is left"));
        const auto served = host.client("one");
    }

    // Both processes have a version on probation in the same service; the old one ends in order.
    static void isNotForgottenWithTheProcessBeforeAnUpgrade() {
        AnswersHost host(AnswersHost::kProbation);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        auto old = host.client("two");
        CHECK(startsWith(host->control("upgrade"), "OK"));
        CHECK(startsWith(host.swap("crashes_when_asked"), "OK"));
        old.socket().close();
        CPPUNIT_ASSERT_EQUAL(0, host->follow().value_or(-1));
        auto client = host.client("three");
        client.send("crash\n");
        CPPUNIT_ASSERT(host->wait().has_value());
        host->startAgain();
        const auto served = host.client("two");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrashedVersionTest);

}  // namespace
}  // namespace berth::test
