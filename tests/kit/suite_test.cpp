// tests/kit/suite_test.cpp - what becomes of steps whose process dies, hangs or gives up.
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>
#include <vector>

#include "berth/units.h"
#include "kit/interrupts.h"
#include "kit/suite.h"
#include "support/check.h"
#include "support/growing_times.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using kit::Reporter;
using Outcome = kit::StepResult::Outcome;

class SuiteTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SuiteTest);
    CPPUNIT_TEST(runsEachStep);
    CPPUNIT_TEST(goesOnBehindAStepThatCrashed);
    CPPUNIT_TEST(goesOnBehindAStepThatHangs);
    CPPUNIT_TEST(goesNotOnWithoutTheFirstStep);
    CPPUNIT_TEST(leavesOutWhatIsSkipped);
    CPPUNIT_TEST(seesTheEndOfAChildWhoseChildrenLive);
    CPPUNIT_TEST(tellsEachStepWhenItIsOver);
    CPPUNIT_TEST(endsWhenItIsInterrupted);
    CPPUNIT_TEST_SUITE_END();

public:
    void runsEachStep() {
        const auto results = run([](Reporter& reporter, std::size_t) {
            reporter.finding("a-name", "what\thappened\n");
        });
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, results.size());
        CPPUNIT_ASSERT_EQUAL(std::string("one: a-name: what happened "), told(results[0]));
        CHECK(results[2].outcome == Outcome::Failed);
    }

    void goesOnBehindAStepThatCrashed() {
        const auto results = run([](Reporter& reporter, std::size_t step) {
            reporter.at("dividing");
            if (step == 1) ::raise(SIGKILL);
        });
        CHECK(results[0].outcome == Outcome::Ok);
        CPPUNIT_ASSERT_EQUAL(std::string("two: crash: the process died of SIGKILL while dividing"),
                             told(results[1]));
        CHECK(results[2].outcome == Outcome::Ok);
    }

    void goesOnBehindAStepThatHangs() {
        const auto hangs = [](Reporter& reporter, std::size_t step) {
            reporter.at("waiting");
            if (step == 1) ::pause();
        };
        // On a slow machine another step may seem to hang.
        std::vector<kit::StepResult> results;
        const bool goesOn = withGrowingTimes(std::chrono::milliseconds(1000), [&](auto limit) {
            results = run(hangs, unobserved, limit);
            return told(results[1]) == "two: hang: still waiting after " + formatDuration(limit) +
                                           ": nothing may wait there without a limit" &&
                   results[2].outcome == Outcome::Ok;
        });
        CPPUNIT_ASSERT_MESSAGE(told(results[1]), goesOn);
    }

    void goesNotOnWithoutTheFirstStep() {
        const auto results = run([](Reporter&, std::size_t) { ::_exit(7); });
        CPPUNIT_ASSERT_EQUAL(
            std::string("one: crash: the process ended with status 7 while at the step one"),
            told(results[0]));
        CHECK(results[1].outcome == Outcome::NotRun);
        CHECK(results[2].outcome == Outcome::NotRun);
    }

    void leavesOutWhatIsSkipped() {
        const auto results = run([](Reporter& reporter, std::size_t step) {
            if (step == 1) reporter.skipRest("why not");
        });
        CHECK(results[1].outcome == Outcome::Ok);
        CHECK(results[2].outcome == Outcome::NotRun);
        CPPUNIT_ASSERT_EQUAL(std::string("why not"), results[2].note);
    }

    void seesTheEndOfAChildWhoseChildrenLive() {
        const auto results = run([](Reporter&, std::size_t step) {
            if (step != 1) return;
            if (::fork() == 0) {
                ::alarm(60);  // longer than a step may be silent
                ::pause();
            }
            ::_exit(3);
        });
        CPPUNIT_ASSERT_EQUAL(
            std::string("two: crash: the process ended with status 3 while at the step two"),
            told(results[1]));
    }

    void tellsEachStepWhenItIsOver() {
        std::string order;
        std::array<int, 2> answer{};
        CPPUNIT_ASSERT_EQUAL(0, ::pipe(answer.data()));
        const auto results = run(
            [&](Reporter& reporter, std::size_t step) {
                if (step == 1) {
                    char byte = 0;  // until step one was told
                    static_cast<void>(::read(answer[0], &byte, 1));
                    reporter.skipRest("why not");
                }
            },
            [&](const kit::StepResult& step) {
                order += step.name + (step.outcome == Outcome::NotRun ? " not run, " : ", ");
                if (step.name == "one") CPPUNIT_ASSERT_EQUAL(ssize_t{1}, ::write(answer[1], "", 1));
            });
        ::close(answer[0]);
        ::close(answer[1]);
        CPPUNIT_ASSERT_EQUAL(std::string("one, two, three not run, "), order);
        CHECK(results[1].outcome == Outcome::Ok);
    }

    void endsWhenItIsInterrupted() {
        const kit::Interrupts held;
        for (const auto signal : {SIGTERM, SIGINT}) {
            try {
                static_cast<void>(run([signal](Reporter&, std::size_t) {
                    ::kill(::getppid(), signal);
                    ::pause();
                }));
                CPPUNIT_FAIL("went on");
            } catch (const kit::Interrupted& interrupted) {
                CPPUNIT_ASSERT_EQUAL(signal, interrupted.signal());
            }
        }
    }

private:
    static void unobserved(const kit::StepResult&) {}

    template <class Act>
    static std::vector<kit::StepResult> run(Act act, const kit::StepObserver& observer = unobserved,
                                            std::chrono::milliseconds silence = kPatience) {
        kit::TestPlan plan;
        plan.silenceLimit = silence;
        return kit::runApart({.name = "suite",
                              .steps = {"one", "two", "three"},
                              .run =
                                  [&act](Reporter& reporter, std::size_t from) {
                                      for (auto step = from; step < 3; ++step) {
                                          reporter.step(step);
                                          act(reporter, step);
                                      }
                                  }},
                             plan, observer);
    }

    static std::string told(const kit::StepResult& step) {
        std::string text = step.name + ":";
        for (const auto& finding : step.findings) text += " " + finding.id + ": " + finding.text;
        return text;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SuiteTest);

}  // namespace
}  // namespace berth::test
