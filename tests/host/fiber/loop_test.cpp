// tests/host/fiber/loop_test.cpp - timers, work that comes back, poll(2) and turns on one loop.
#include "host/fiber/loop.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "host/fiber/off_loop.h"
#include "host/unique_fd.h"
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
    Begun(Loop& loop, std::function<void()> work) : loop_(loop), work_(std::move(work)) {
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
    void abandon() noexcept override {}
    std::size_t describe(std::span<char>) const noexcept override { return 0; }
    [[nodiscard]] int descriptor() const noexcept override { return -1; }

    std::atomic<bool> done{false};

private:
    Loop& loop_;
    const std::function<void()> work_;
    const UniqueFd event_{::eventfd(0, EFD_CLOEXEC)};  // can be written: an event comes at once
};

class LoopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoopTest);
    CPPUNIT_TEST(runsFibersOnItsOwnThread);
    CPPUNIT_TEST(keepsTimersExactAndInOrder);
    CPPUNIT_TEST(letsATimerBeForgotten);
    CPPUNIT_TEST(bringsWorkBackFromHelpers);
    CPPUNIT_TEST(pollsDescriptorsAsTheKernelDoes);
    CPPUNIT_TEST(takesTurns);
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
        CPPUNIT_ASSERT(seen == loop_.get());
        CPPUNIT_ASSERT(Loop::current() == nullptr);
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
        await(begin([&] {
            const UniqueFd ready(::eventfd(1, EFD_CLOEXEC));
            pollfd readable{ready.value(), POLLIN, 0};
            Fiber* const self = Loop::current();
            begin([&, self] { loop_->wake(*self); });
            woken = loop_->waitForEvent(Clock::now() + milliseconds(30));
            const auto later = Clock::now() + milliseconds(90);
            inTime = !loop_->waitForEvent(later) && Clock::now() >= later;
            found = loop_->poll({&readable, 1}, milliseconds(-1));
        }));
        CPPUNIT_ASSERT(woken);
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
        CPPUNIT_ASSERT((results == std::vector<int>{0, 0, 8, 1, POLLIN, 0}));
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
        CPPUNIT_ASSERT(turns > 0);
    }

private:
    const Begun& begin(std::function<void()> work) {
        const std::lock_guard lock(mutex_);  // fibers begin others
        return fibers_.emplace_back(*loop_, std::move(work));
    }
    static void await(const Begun& fiber) {
        CPPUNIT_ASSERT(waitUntil([&] { return fiber.done.load(); }));
    }

    std::mutex mutex_;
    std::deque<Begun> fibers_;
    std::unique_ptr<HelperThreads> helpers_ = std::make_unique<HelperThreads>(16);
    std::unique_ptr<Loop> loop_ = std::make_unique<Loop>(std::size_t{64} * 1024, *helpers_);
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoopTest);

}  // namespace
}  // namespace berth::test
