// tests/host/base/timer_thread_test.cpp - work is done when it is due, or when something is new.
#include "host/base/timer_thread.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <future>
#include <system_error>

#include "support/check.h"
#include "support/no_more_threads.h"
#include "support/sanitized.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::TimerThread;
using Clock = TimerThread::Clock;
using std::chrono::hours;
using std::chrono::milliseconds;

class TimerThreadTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimerThreadTest);
    CPPUNIT_TEST(doesNothingBeforeItIsStarted);
    CPPUNIT_TEST(worksAgainWhenTheTimeHasCome);
    CPPUNIT_TEST(doesAllThatIsDueAtOnce);
    CPPUNIT_TEST(isWokenBeforeTheTime);
    CPPUNIT_TEST(isWokenWithoutATime);
    CPPUNIT_TEST(hearsAWordThatComesWhileItWorks);
    CPPUNIT_TEST(isStartedOnce);
    CPPUNIT_TEST(isStartedLaterWhenThereWasNoThread);
    CPPUNIT_TEST(endsWithoutDoingWhatIsLeft);
    CPPUNIT_TEST_SUITE_END();

    std::atomic<int> calls_{0};

public:
    void doesNothingBeforeItIsStarted() {
        {
            TimerThread timer([this] { return ++calls_, TimerThread::kNever; });
            timer.wake();
        }
        CHECK(calls_ == 0);
    }

    void worksAgainWhenTheTimeHasCome() {
        const auto when = Clock::now() + milliseconds(30);
        std::atomic<bool> early = false;
        TimerThread timer([&] {
            if (++calls_ == 1) return when;
            early = Clock::now() < when;
            return TimerThread::kNever;
        });
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 2; }));
        CHECK(!early);
    }

    void doesAllThatIsDueAtOnce() {
        TimerThread timer(
            [this] { return ++calls_ < 100 ? TimerThread::kAtOnce : TimerThread::kNever; });
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 100; }));
    }

    void isWokenBeforeTheTime() {
        TimerThread timer([this] { return ++calls_, Clock::now() + hours(1); });
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 1; }));
        timer.wake();
        CHECK(waitUntil([&] { return calls_ == 2; }));
    }

    void isWokenWithoutATime() {
        TimerThread timer([this] { return ++calls_, TimerThread::kNever; });
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 1; }));
        timer.wake();
        CHECK(waitUntil([&] { return calls_ == 2; }));
    }

    void hearsAWordThatComesWhileItWorks() {
        std::promise<void> woken;
        TimerThread timer([&] {
            if (++calls_ == 1) woken.get_future().wait();
            return TimerThread::kNever;
        });
        timer.start();
        const bool began = waitUntil([&] { return calls_ == 1; });
        timer.wake();
        woken.set_value();
        CHECK(began);
        CHECK(waitUntil([&] { return calls_ == 2; }));
    }

    void isStartedOnce() {
        TimerThread timer([this] { return ++calls_, TimerThread::kNever; });
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 1; }));
        timer.start();
        timer.wake();
        CHECK(waitUntil([&] { return calls_ == 2; }));
    }

    void isStartedLaterWhenThereWasNoThread() {
        if (kSanitized) return;  // a sanitizer maps more than any limit allows
        TimerThread timer([this] { return ++calls_, TimerThread::kNever; });
        {
            const NoMoreThreads none;
            CPPUNIT_ASSERT_THROW(timer.start(), std::system_error);
        }
        timer.start();
        CHECK(waitUntil([&] { return calls_ == 1; }));
    }

    void endsWithoutDoingWhatIsLeft() {
        const auto begun = Clock::now();
        {
            TimerThread timer([&] { return ++calls_, begun + hours(1); });
            timer.start();
            CHECK(waitUntil([&] { return calls_ == 1; }));
        }
        CHECK(calls_ == 1);
        CHECK(Clock::now() - begun < std::chrono::minutes(10));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimerThreadTest);

}  // namespace
}  // namespace berth::test
