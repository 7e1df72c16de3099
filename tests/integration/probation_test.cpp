// tests/integration/probation_test.cpp - how a probation ends, and what is left behind by one that
// went back.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>

#include "integration/answers_host.h"
#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

class ProbationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProbationTest);
    CPPUNIT_TEST(goesBackWhenTooManyHandlersFail);
    CPPUNIT_TEST(goesBackToTheLastOneThatWasTrusted);
    CPPUNIT_TEST(trustsTheNewOneAfterIt);
    CPPUNIT_TEST(keepsOnlyTheOneToGoBackTo);
    CPPUNIT_TEST(endsWhenTheServiceStops);
    CPPUNIT_TEST(doesNotCutTheOneThatServesAgain);
    CPPUNIT_TEST(countsNoClientOfTheOneThatServesAgain);
    CPPUNIT_TEST(leavesAChangeThatWasUnderWay);
    CPPUNIT_TEST(goesBackAtOnceWhileAChangeWaits);
    CPPUNIT_TEST_SUITE_END();

public:
    void goesBackWhenTooManyHandlersFail() {
        AnswersHost host("probation = 100 connections | 10m\nprobation_failures = 2\n");
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        int failures = 0;
        const auto wentBack = waitUntil([&] {
            auto next = host->connect("answers");
            next.send("hello\n");
            const auto answer = next.receiveUntil("\n");
            failures += answer.empty() ? 1 : 0;
            return answer == "one hello\n";
        });
        CPPUNIT_ASSERT(wentBack);
        CHECK(failures >= 3);
        CHECK(waitUntil([&] { return host.logged("went back to answers"); }));
        const auto services = host->control("services");
        CHECK(contains(services, "handlers failed during probation"));
    }

    void goesBackToTheLastOneThatWasTrusted() {
        AnswersHost host(AnswersHost::kProbation);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        host.client("two").finishSending();
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        host.failProbation();
        const auto back = host.client("one");
    }

    void trustsTheNewOneAfterIt() {
        AnswersHost host("probation = 3 connections\n");
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        for (int i = 0; i < 3; ++i) host.client("two").finishSending();
        CPPUNIT_ASSERT(waitUntil([&] {
            return host.logged("generation 2 passed its probation") &&
                   host.logged("generation 1: unloaded");
        }));
    }

    // max_generations leaves room for the trusted one, the one on probation, and the next.
    void keepsOnlyTheOneToGoBackTo() {
        AnswersHost host(AnswersHost::kProbation, "max_generations = 3\n");
        for (int generation = 2; generation < 8; ++generation) {
            const auto swapped = host.swap(generation % 2 == 0 ? "answers_two" : "answers_one");
            CHECK(startsWith(swapped, "OK"));
            host.client(generation % 2 == 0 ? "two" : "one").finishSending();
            if (generation == 2) continue;
            const auto gone = "generation " + std::to_string(generation - 1) + ": unloaded";
            CHECK(waitUntil([&] { return host.logged(gone); }));
        }
        const auto plugins = host->control("plugins");
        CHECK(contains(plugins, "OK 2 plugins"));
        CHECK(!host.logged("generation 1: unloaded"));
    }

    void endsWhenTheServiceStops() {
        AnswersHost host(AnswersHost::kProbation);
        CHECK(startsWith(host.swap("answers_two"), "OK"));
        CHECK(startsWith(host->control("stop answers"), "OK"));
        CHECK(waitUntil([&] { return contains(host->control("plugins"), "OK 0 plugins"); }));
    }

    // It must go back before the drain ends, for which a busy machine needs more time.
    void doesNotCutTheOneThatServesAgain() {
        for (const std::chrono::seconds drain : {3s, 8s, 15s}) {
            AnswersHost host(AnswersHost::kProbation + "drain_timeout = " + inSeconds(drain));
            auto old = host.client("one");
            const auto begun = std::chrono::steady_clock::now();
            CHECK(startsWith(host.swap("fails_each_third"), "OK"));
            auto failed = host.silentClient();
            host.failProbation();
            if (std::chrono::steady_clock::now() - begun >= drain) continue;
            // Its time ends after the one that the old generation had been given.
            CPPUNIT_ASSERT_EQUAL(std::string(), failed.receiveAll());
            old.send("still\n");
            CPPUNIT_ASSERT_EQUAL(std::string("one still\n"), old.receiveUntil("\n"));
            return;
        }
        CPPUNIT_FAIL("it went back too late each time");
    }

    void countsNoClientOfTheOneThatServesAgain() {
        AnswersHost host(AnswersHost::kProbation + "drain_timeout = 1m\n");
        const auto old = host.client("one");
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        auto failed = host.silentClient();
        host.failProbation();
        const auto next = host.client("one");
        const auto pins = host->control("show pins answers");
        CHECK(contains(pins, "OK 1 connection keeps"));
        CHECK(contains(pins, "generation 2  2.0.0"));
        failed.socket().close();
        const auto drained = host->control("wait drained answers 20s");
        CHECK(startsWith(drained, "OK"));
        CHECK(waitUntil([&] { return host.logged("generation 2: unloaded"); }));
    }

    // It goes back while a reload waits for another service, then that reload is put in force. A
    // busy machine needs more time for that.
    void leavesAChangeThatWasUnderWay() {
        for (const std::chrono::seconds createTime : {2s, 5s, 15s}) {
            if (goesBackWhileAServiceIsMade(createTime)) return;
        }
        CPPUNIT_FAIL("the reload did not wait long enough");
    }

    // False when the service was made before the client could fail.
    static bool goesBackWhileAServiceIsMade(std::chrono::seconds createTime) {
        const auto keys = AnswersHost::kProbation + "drain_timeout = 100ms\n";
        AnswersHost host(keys);
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        auto failed = host.silentClient();
        auto third = host.silentClient();
        for (int i = 0; i < 2; ++i) host.client("three").finishSending();
        host.install("answers_two", "other.so");
        host->configure(AnswersHost::section("answers", keys, "./other.so") +
                        "[service:slow_start]\nlisten = 0\ncreate_time = " + inSeconds(createTime));
        TcpClient control(host->folder() / "control.sock");
        const auto begun = std::chrono::steady_clock::now();
        const auto inTime = [&] { return std::chrono::steady_clock::now() - begun < createTime; };
        control.send("reload\n");
        CHECK(waitUntil([&] { return host.logged("slow_start.so"); }));
        third.send("hello\n");
        const auto wentBack = [&] { return bool(host.logged("went back to answers")); };
        static_cast<void>(waitUntil([&] { return wentBack() || !inTime(); }));
        if (!inTime()) return false;
        CPPUNIT_ASSERT(wentBack());
        CHECK(startsWith(control.receiveUntil("\n.\n"), "OK"));
        CPPUNIT_ASSERT_EQUAL(std::string(), failed.receiveAll());  // by the one that went back
        const auto next = host.client("two");
        const auto shown = host->control("show answers");
        CHECK(contains(shown, "plugin = ./other.so"));
        return true;
    }

    // The end of a line of an ini.
    static std::string inSeconds(std::chrono::seconds time) {
        return std::to_string(time.count()) + "s\n";
    }

    // Of two services, while a reload waits for the last client of a third.
    void goesBackAtOnceWhileAChangeWaits() {
        AnswersHost host(AnswersHost::kProbation);
        const auto both = AnswersHost::section("answers", AnswersHost::kProbation) +
                          AnswersHost::section("twin", AnswersHost::kProbation);
        host->configure(both + "[service:echo]\nlisten = 0\ndrain_timeout = 10m\n");
        CHECK(startsWith(host->control("reload"), "OK"));
        CHECK(startsWith(host.swap("fails_each_third"), "OK"));
        auto last = host->connect("echo");
        last.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), last.receiveExactly(1));
        host->configure(both);
        TcpClient control(host->folder() / "control.sock");
        control.send("reload\n");
        CHECK(waitUntil([&] { return contains(host->control("services"), "draining"); }));
        host.failProbation();
        host.failProbation("twin");
        last.finishSending();
        CHECK(startsWith(control.receiveUntil("\n.\n"), "OK"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProbationTest);

}  // namespace
}  // namespace berth::test
