// tests/host/fiber/helper_threads_test.cpp - work off the loops: how much at once, in which order.
#include "host/fiber/helper_threads.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <latch>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/check.h"
#include "support/no_more_threads.h"
#include "support/sanitized.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::HelperThreads;

class Job final : public host::HelperJob {
public:
    explicit Job(std::function<void()> work) : work_(std::move(work)) {}
    void run(const host::HelperThreadPtr& by) noexcept override {
        thread = by;
        work_();
    }

    host::HelperThreadPtr thread;

private:
    const std::function<void()> work_;
};

std::size_t helpersThatLive() {
    std::size_t count = 0;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::getline(std::ifstream(task.path() / "comm"), name);
        if (name == "helper") ++count;
    }
    return count;
}

class HelperThreadsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HelperThreadsTest);
    CPPUNIT_TEST(runsOnAnotherThread);
    CPPUNIT_TEST(runsAsManyAtOnceAsItMay);
    CPPUNIT_TEST(servesInOrder);
    CPPUNIT_TEST(usesAnIdleThreadAgain);
    CPPUNIT_TEST(runsJobsOfManyThreads);
    CPPUNIT_TEST(takesNothingFromOthersWhenAShareIsUsedUp);
    CPPUNIT_TEST(missesNoThreadThatStarts);
    CPPUNIT_TEST(missesAThreadThatCannotBeMade);
    CPPUNIT_TEST(endsThreadsThatAreIdleButOne);
    CPPUNIT_TEST(keepsAThreadThatAJobNeeds);
    CPPUNIT_TEST_SUITE_END();

    void runsOnAnotherThread() {
        HelperThreads helpers;
        const auto share = helpers.share("test", 4);
        std::thread::id where;
        std::latch done(1);
        Job job([&] {
            where = std::this_thread::get_id();
            done.count_down();
        });
        helpers.submit(job, share);
        done.wait();
        CHECK(where != std::this_thread::get_id());
    }

    void runsAsManyAtOnceAsItMay() {
        std::atomic<int> now{0};
        std::atomic<int> ended{0};
        std::atomic<bool> over{false};
        std::deque<Job> jobs;
        HelperThreads helpers;
        const auto share = helpers.share("test", 3);
        for (int i = 0; i < 10; ++i) {
            helpers.submit(jobs.emplace_back([&] {
                ++now;
                static_cast<void>(waitUntil([&] { return over.load(); }));
                --now;
                ++ended;
            }),
                           share);
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
        HelperThreads helpers;
        const auto share = helpers.share("test", 1);
        for (int i = 0; i < 100; ++i) {
            helpers.submit(jobs.emplace_back([&, i] {
                order.push_back(i);
                done.count_down();
            }),
                           share);
        }
        done.wait();
        for (int i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT_EQUAL(i, order[static_cast<std::size_t>(i)]);
        }
    }

    // One at a time, each only when the one before is over: no second thread has work.
    void usesAnIdleThreadAgain() {
        std::set<std::thread::id> threads;
        HelperThreads helpers;
        const auto share = helpers.share("test", 64);
        for (int i = 0; i < 200; ++i) {
            std::latch done(1);
            Job job([&] {
                threads.insert(std::this_thread::get_id());
                done.count_down();
            });
            helpers.submit(job, share);
            done.wait();
        }
        // A thread counts as idle a moment after its job: a few more may have been started.
        CHECK(threads.size() < 20);
    }

    void runsJobsOfManyThreads() {
        std::atomic<int> count{0};
        std::deque<std::deque<Job>> jobs(8);
        HelperThreads helpers;
        const auto share = helpers.share("test", 4);
        {
            std::vector<std::jthread> submitters;
            for (auto& own : jobs) {
                submitters.emplace_back([&] {
                    for (int i = 0; i < 500; ++i) {
                        helpers.submit(own.emplace_back([&] { ++count; }), share);
                    }
                });
            }
        }
        CPPUNIT_ASSERT(waitUntil([&] { return count == 8 * 500; }));
    }

    void takesNothingFromOthersWhenAShareIsUsedUp() {
        std::atomic<bool> over{false};
        std::atomic<int> ended{0};
        std::deque<Job> jobs;
        HelperThreads helpers;
        const auto greedy = helpers.share("greedy", 2);
        const auto other = helpers.share("other", 2);
        for (int i = 0; i < 5; ++i) {
            auto& job = jobs.emplace_back([&] {
                static_cast<void>(waitUntil([&] { return over.load(); }));
                ++ended;
            });
            helpers.submit(job, greedy);
        }
        std::latch done(1);
        Job job([&] { done.count_down(); });
        helpers.submit(job, other);
        done.wait();
        CPPUNIT_ASSERT_EQUAL(0, ended.load());
        const auto shortages = helpers.shortages({});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shortages.size());
        CPPUNIT_ASSERT_EQUAL(std::string("greedy"), shortages.front().name);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, shortages.front().waiting);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, shortages.front().running);
        over = true;
        CPPUNIT_ASSERT(waitUntil([&] { return ended == 5; }));
    }

    void missesNoThreadThatStarts() {
        std::atomic<int> ended{0};
        std::deque<Job> jobs;
        HelperThreads helpers;
        const auto share = helpers.share("share", 100);
        const auto submit = [&] { helpers.submit(jobs.emplace_back([&] { ++ended; }), share); };
        for (int i = 0; i < 50; ++i) {
            submit();
            CHECK(isEmpty(helpers.shortages({})));
        }
        CPPUNIT_ASSERT(waitUntil([&] { return ended == 50; }));
    }

    void missesAThreadThatCannotBeMade() {
        if (kSanitized) return;  // a sanitizer maps more than any limit allows
        std::atomic<bool> over{false};
        std::atomic<bool> ended{false};
        std::latch runs(1);
        Job busy([&] {
            runs.count_down();
            static_cast<void>(waitUntil([&] { return over.load(); }));
        });
        Job late([&] { ended = true; });
        HelperThreads helpers;
        const auto share = helpers.share("share", 100);
        helpers.submit(busy, share);
        runs.wait();
        {
            const NoMoreThreads limit;
            helpers.submit(late, share);
            const auto shortages = helpers.shortages({});
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shortages.size());
            CPPUNIT_ASSERT(shortages.front().threadsMissing);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, shortages.front().waiting);
        }
        helpers.catchUp();
        CPPUNIT_ASSERT(waitUntil([&] { return ended.load(); }));
        over = true;
    }

    // Jobs that run at the same time, each on a thread of its own.
    static void runAtOnce(HelperThreads& helpers, std::deque<Job>& jobs, std::ptrdiff_t count) {
        std::latch together(count);
        std::latch done(count);
        const auto share = helpers.share("test", 64);
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            helpers.submit(jobs.emplace_back([&] {
                together.arrive_and_wait();
                done.count_down();
            }),
                           share);
        }
        done.wait();
    }

    void endsThreadsThatAreIdleButOne() {
        HelperThreads helpers(kSoon);
        std::deque<Job> jobs;
        for (int round = 0; round < 3; ++round) {
            runAtOnce(helpers, jobs, 8);
            jobs.clear();
            CPPUNIT_ASSERT(waitUntil([] { return helpersThatLive() == 1; }));
        }
    }

    void keepsAThreadThatAJobNeeds() {
        HelperThreads helpers(kSoon);
        std::deque<Job> jobs;
        runAtOnce(helpers, jobs, 4);
        // The first one holds two of them, as a fiber does.
        const std::vector held{jobs[0].thread, jobs[1].thread};
        jobs.clear();
        CPPUNIT_ASSERT(waitUntil([] { return helpersThatLive() == 2; }));
        std::this_thread::sleep_for(4 * kSoon);  // nothing happens in this time
        CHECK(helpersThatLive() >= 2);
    }

    static constexpr std::chrono::milliseconds kSoon{50};
};

CPPUNIT_TEST_SUITE_REGISTRATION(HelperThreadsTest);

}  // namespace
}  // namespace berth::test
