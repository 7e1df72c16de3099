// tests/host/fiber/loop_test.cpp - timers, work that comes back, poll(2) and turns on one loop.
#include "host/fiber/loop.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <deque>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "host/base/unique_fd.h"
#include "host/fiber/arrival.h"
#include "host/fiber/off_loop.h"
#include "host/fiber/socket_watch.h"
#include "support/check.h"
#include "support/growing_times.h"
#include "support/sanitized.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::Fiber;
using host::HelperThreads;
using host::Loop;
using host::UniqueFd;
using std::chrono::milliseconds;
using Clock = Loop::Clock;

// A function in a fiber of its own, begun from any thread.
class Begun final : public host::Watch, public host::FiberTask {
public:
    Begun(Loop& loop, std::shared_ptr<host::HelperShare> helpers, std::function<void()> work)
        : loop_(loop), helpers_(std::move(helpers)), work_(std::move(work)) {
        loop_.watch(event_.value(), *this);
    }

    void onEvents(std::uint32_t) noexcept override {
        loop_.unwatch(event_.value(), *this);
        loop_.wake(loop_.make(*this));
    }
    void run() noexcept override {
        work_();
        done = true;
    }
    [[nodiscard]] const std::shared_ptr<host::HelperShare>& helpers() const noexcept override {
        return helpers_;
    }
    [[nodiscard]] int descriptor() const noexcept override { return -1; }

    std::atomic<bool> done{false};

private:
    Loop& loop_;
    const std::shared_ptr<host::HelperShare> helpers_;
    const std::function<void()> work_;
    const UniqueFd event_{::eventfd(0, EFD_CLOEXEC)};  // can be written: an event comes at once
};

// A client that came to a loop: its fiber runs the work.
class Guest final : public host::Arrival {
public:
    Guest(Loop& loop, std::shared_ptr<host::HelperShare> helpers, std::function<void()> work)
        : helpers_(std::move(helpers)),
          work_(std::move(work)),
          watch_(loop, event_.value(), *this) {
        watch_.begin();
    }

    void run() noexcept override {
        const std::unique_ptr<Guest> owner(this);
        work_();
        watch_.end();
    }
    void moveTo(Loop&) noexcept override {
        watch_.leave();
        watch_.loop().bury(std::unique_ptr<Arrival>(this));
    }
    void beginAgain() noexcept override { watch_.beginAgain(); }
    [[nodiscard]] const std::shared_ptr<host::HelperShare>& helpers() const noexcept override {
        return helpers_;
    }
    [[nodiscard]] int descriptor() const noexcept override { return -1; }

private:
    const std::shared_ptr<host::HelperShare> helpers_;
    const std::function<void()> work_;
    const UniqueFd event_{::eventfd(0, EFD_CLOEXEC)};
    host::SocketWatch watch_;
};

constexpr milliseconds kIdleTime{50};  // of helper threads

pid_t startChildThatEndsWithItsThread() {
    const auto child = ::fork();
    if (child != 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
}

class LoopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoopTest);
    CPPUNIT_TEST(runsFibersOnItsOwnThread);
    CPPUNIT_TEST(keepsTimersExactAndInOrder);
    CPPUNIT_TEST(letsATimerBeForgotten);
    CPPUNIT_TEST(bringsWorkBackFromHelpers);
    CPPUNIT_TEST(keepsTheThreadThatStartedAChild);
    CPPUNIT_TEST(pollsDescriptorsAsTheKernelDoes);
    CPPUNIT_TEST(takesTurns);
    CPPUNIT_TEST(doesNotBeginWhoWasTakenOutWhileAnEventWasOnItsWay);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override {
        for (const auto& fiber : fibers_) await(fiber);
        helpers_.reset();
        loop_.reset();
        fibers_.clear();
    }

    void runsFibersOnItsOwnThread() {
        const Loop* seen = nullptr;
        await(begin([&] { seen = Loop::current() != nullptr ? Loop::ofThread() : nullptr; }));
        CHECK(seen == loop_.get());
        CHECK(Loop::current() == nullptr);
        CPPUNIT_ASSERT(!host::onFiber());
    }

    void keepsTimersExactAndInOrder() {
        constexpr int kTimers = scaled(5000, 1000);
        std::vector<Clock::time_point> order;
        std::atomic<int> early{0};
        for (int i = 0; i < kTimers; ++i) {
            begin([&, i] {
                const auto deadline = Clock::now() + milliseconds(300 + i * 7919 % 500);
                if (loop_->waitForEvent(deadline) || Clock::now() < deadline) ++early;
                order.push_back(deadline);
            });
        }
        for (const auto& fiber : fibers_) await(fiber);
        CPPUNIT_ASSERT_EQUAL(0, early.load());
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(kTimers), order.size());
        CPPUNIT_ASSERT(std::ranges::is_sorted(order));
    }

    // The first deadline of a fiber stays among the timers and must not end its later waits.
    void letsATimerBeForgotten() {
        bool woken = false;
        bool inTime = false;
        int found = 0;
        // The deadline may be over before the other fiber comes to wake this one.
        CPPUNIT_ASSERT(withGrowingTimes(milliseconds(30), [&](milliseconds unit) {
            await(begin([&] {
                const UniqueFd ready(::eventfd(1, EFD_CLOEXEC));
                pollfd readable{ready.value(), POLLIN, 0};
                Fiber* const self = Loop::current();
                bool waits = true;
                const auto& other = begin([&, self] {
                    if (waits) loop_->wake(*self);
                });
                woken = loop_->waitForEvent(Clock::now() + unit);
                waits = false;
                const auto later = Clock::now() + 3 * unit;
                inTime = !loop_->waitForEvent(later) && Clock::now() >= later;
                found = loop_->poll({&readable, 1}, milliseconds(-1));
                while (!other.done) loop_->takeTurns();
            }));
            return woken;
        }));
        CPPUNIT_ASSERT(inTime);
        CPPUNIT_ASSERT_EQUAL(1, found);
    }

    void bringsWorkBackFromHelpers() {
        std::atomic<int> sum{0};
        for (int i = 0; i < scaled(2000, 300); ++i) {
            begin([&, i] {
                for (int round = 0; round < 3; ++round) {
                    const int value = host::offLoop([&] { return host::onFiber() ? -1 : i; });
                    if (value == i && host::onFiber()) ++sum;
                }
            });
        }
        for (const auto& fiber : fibers_) await(fiber);
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(fibers_.size()) * 3, sum.load());
    }

    // Both threads are idle afterwards, the child's for longer: it would end first.
    void keepsTheThreadThatStartedAChild() {
        std::latch both(2);
        bool alive = false;
        const auto& other = begin([&] {
            host::offLoop([&] {
                both.arrive_and_wait();
                std::this_thread::sleep_for(kIdleTime / 2);  // the other one's job ends before
            });
        });
        await(begin([&] {
            const auto child = host::offLoop([&] {
                both.arrive_and_wait();
                return startChildThatEndsWithItsThread();
            });
            static_cast<void>(loop_->waitForEvent(Clock::now() + 4 * kIdleTime));
            alive = ::waitpid(child, nullptr, WNOHANG) == 0;
            ::kill(child, SIGKILL);
            host::offLoop([&] { ::waitpid(child, nullptr, 0); });
        }));
        await(other);
        CPPUNIT_ASSERT(alive);
    }

    void pollsDescriptorsAsTheKernelDoes() {
        std::vector<int> results;
        await(begin([&] {
            const UniqueFd idle(::eventfd(0, EFD_CLOEXEC));
            pollfd readable{idle.value(), POLLIN, 0};
            const auto begun = Clock::now();
            results.push_back(loop_->poll({&readable, 1}, milliseconds(20)));
            if (Clock::now() - begun < milliseconds(20)) results.push_back(-1);
            results.push_back(loop_->poll({&readable, 1}, milliseconds(0)));
            begin([&] {
                const std::uint64_t one = 1;
                results.push_back(static_cast<int>(::write(idle.value(), &one, sizeof one)));
            });
            results.push_back(loop_->poll({&readable, 1}, milliseconds(-1)));
            results.push_back(readable.revents);
            results.push_back(loop_->poll({}, milliseconds(1)));
        }));
        CHECK(results == std::vector<int>{0, 0, 8, 1, POLLIN, 0});
    }

    void takesTurns() {
        bool over = false;
        int turns = 0;
        const auto& busy = begin([&] {
            while (!over) {
                loop_->takeTurns();
                ++turns;
            }
        });
        await(begin([&] { over = true; }));
        await(busy);
        CHECK(turns > 0);
    }

    // As when a handler holds up the loop: another thread takes out who has not begun, and the
    // event that would begin him came in the same batch as the handler's.
    void doesNotBeginWhoWasTakenOutWhileAnEventWasOnItsWay() {
        std::binary_semaphore bothCame{0};
        std::binary_semaphore oneWasTaken{0};
        std::atomic<bool> held{false};
        std::atomic<int> begun{0};
        begin([&] {
            held = true;
            bothCame.acquire();
        });
        CPPUNIT_ASSERT(waitUntil([&] { return held.load(); }));
        for (int i = 0; i < 2; ++i) {
            static_cast<void>(std::make_unique<Guest>(*loop_, share_, [&] {
                                  if (++begun == 1) oneWasTaken.acquire();
                              }).release());
        }
        bothCame.release();
        CPPUNIT_ASSERT(waitUntil([&] { return begun == 1; }));
        auto left = loop_->takeArrivals();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, left.size());
        auto& taken = left.front();
        left.pop_front();
        taken.moveTo(*loop_);
        oneWasTaken.release();
        await(begin([] {}));
        CPPUNIT_ASSERT_EQUAL(1, begun.load());
    }

private:
    const Begun& begin(std::function<void()> work) {
        const std::lock_guard lock(mutex_);  // fibers begin others
        return fibers_.emplace_back(*loop_, share_, std::move(work));
    }
    static void await(const Begun& fiber) {
        CPPUNIT_ASSERT(waitUntil([&] { return fiber.done.load(); }));
    }

    std::mutex mutex_;
    std::deque<Begun> fibers_;
    std::unique_ptr<HelperThreads> helpers_ = std::make_unique<HelperThreads>(kIdleTime);
    const std::shared_ptr<host::HelperShare> share_ = helpers_->share("test", 16);
    std::unique_ptr<Loop> loop_ = std::make_unique<Loop>(std::size_t{64} * 1024, share_);
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoopTest);

}  // namespace
}  // namespace berth::test
