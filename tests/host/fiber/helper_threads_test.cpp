// tests/host/fiber/helper_threads_test.cpp - work off the loops: how much at once, in which order.
#include "host/fiber/helper_threads.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <deque>
#include <functional>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::HelperThreads;

class Job final : public host::HelperJob {
public:
    explicit Job(std::function<void()> work) : work_(std::move(work)) {}
    void run() noexcept override { work_(); }

private:
    const std::function<void()> work_;
};

class HelperThreadsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HelperThreadsTest);
    CPPUNIT_TEST(runsOnAnotherThread);
    CPPUNIT_TEST(runsAsManyAtOnceAsItMay);
    CPPUNIT_TEST(servesInOrder);
    CPPUNIT_TEST(usesAnIdleThreadAgain);
    CPPUNIT_TEST(runsJobsOfManyThreads);
    CPPUNIT_TEST_SUITE_END();

    void runsOnAnotherThread() {
        HelperThreads helpers(4);
        std::thread::id where;
        std::latch done(1);
        Job job([&] {
            where = std::this_thread::get_id();
            done.count_down();
        });
        helpers.submit(job);
        done.wait();
        CPPUNIT_ASSERT(where != std::this_thread::get_id());
    }

    void runsAsManyAtOnceAsItMay() {
        std::atomic<int> now{0};
        std::atomic<int> ended{0};
        std::atomic<bool> over{false};
        std::deque<Job> jobs;
        HelperThreads helpers(3);
        for (int i = 0; i < 10; ++i) {
            helpers.submit(jobs.emplace_back([&] {
                ++now;
                static_cast<void>(waitUntil([&] { return over.load(); }));
                --now;
                ++ended;
            }));
        }
        CPPUNIT_ASSERT(waitUntil([&] { return now == 3; }));
        CPPUNIT_ASSERT_EQUAL(0, ended.load());
        CPPUNIT_ASSERT_EQUAL(3, now.load());
        over = true;
        CPPUNIT_ASSERT(waitUntil([&] { return ended == 10; }));
    }

    void servesInOrder() {
        std::vector<int> order;
        std::latch done(100);
        std::deque<Job> jobs;
        HelperThreads helpers(1);
        for (int i = 0; i < 100; ++i) {
            helpers.submit(jobs.emplace_back([&, i] {
                order.push_back(i);
                done.count_down();
            }));
        }
        done.wait();
        for (int i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT_EQUAL(i, order[static_cast<std::size_t>(i)]);
        }
    }

    // One at a time, each only when the one before is over: no second thread has work.
    void usesAnIdleThreadAgain() {
        std::set<std::thread::id> threads;
        HelperThreads helpers(64);
        for (int i = 0; i < 200; ++i) {
            std::latch done(1);
            Job job([&] {
                threads.insert(std::this_thread::get_id());
                done.count_down();
            });
            helpers.submit(job);
            done.wait();
        }
        // A thread counts as idle a moment after its job: a few more may have been started.
        CPPUNIT_ASSERT(threads.size() < 20);
    }

    void runsJobsOfManyThreads() {
        std::atomic<int> count{0};
        std::deque<std::deque<Job>> jobs(8);
        HelperThreads helpers(4);
        {
            std::vector<std::jthread> submitters;
            for (auto& own : jobs) {
                submitters.emplace_back([&] {
                    for (int i = 0; i < 500; ++i) {
                        helpers.submit(own.emplace_back([&] { ++count; }));
                    }
                });
            }
        }
        CPPUNIT_ASSERT(waitUntil([&] { return count == 8 * 500; }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HelperThreadsTest);

}  // namespace
}  // namespace berth::test
