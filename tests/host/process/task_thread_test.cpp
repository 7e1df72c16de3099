// tests/host/process/task_thread_test.cpp - tasks one after the other, and each before the end.
#include "host/process/task_thread.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using host::TaskThread;

class TaskThreadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TaskThreadTest);
    CPPUNIT_TEST(runsTasksInOrderOnOneThread);
    CPPUNIT_TEST(waitsForEveryTaskAtItsEnd);
    CPPUNIT_TEST(takesATaskFromATask);
    CPPUNIT_TEST_SUITE_END();

public:
    void runsTasksInOrderOnOneThread() {
        std::vector<int> order;
        std::vector<std::thread::id> threads;
        {
            TaskThread thread;
            for (int i = 0; i < 3; ++i) {
                thread.run([&, i] {
                    order.push_back(i);
                    threads.push_back(std::this_thread::get_id());
                });
            }
        }
        CHECK(order == std::vector{0, 1, 2});
        CHECK(threads == std::vector(3, threads.at(0)));
        CHECK(threads.at(0) != std::this_thread::get_id());
    }

    void waitsForEveryTaskAtItsEnd() {
        std::promise<void> go;
        int ran = 0;
        std::optional<TaskThread> thread(std::in_place);
        thread->run([&] { go.get_future().get(); });
        for (int i = 0; i < 100; ++i) thread->run([&] { ++ran; });
        go.set_value();
        thread.reset();
        CPPUNIT_ASSERT_EQUAL(100, ran);
    }

    void takesATaskFromATask() {
        std::promise<int> done;
        TaskThread thread;
        thread.run([&] { thread.run([&] { done.set_value(7); }); });
        CPPUNIT_ASSERT_EQUAL(7, done.get_future().get());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TaskThreadTest);

}  // namespace
}  // namespace berth::test
