// tests/host/process/service_watchdog_test.cpp - systemd is told as long as somebody is there.
#include "host/process/service_watchdog.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "support/service_manager.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ServiceWatchdog;

class ServiceWatchdogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceWatchdogTest);
    CPPUNIT_TEST(feedsAsLongAsTheMainLoopAnswers);
    CPPUNIT_TEST(feedsNothingWithoutAnAnswer);
    CPPUNIT_TEST(feedsNothingWhileALoopDoesNotTurn);
    CPPUNIT_TEST(doesNothingWhereNobodyWatches);
    CPPUNIT_TEST_SUITE_END();

public:
    void feedsAsLongAsTheMainLoopAnswers() {
        watch("2000");
        const auto dog = make([this] { answer_(); });
        answer_ = [&] { dog->answer(); };
        dog->answer();  // the host is ready
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(waitUntil([this] { return fed(); }));
    }

    void feedsNothingWithoutAnAnswer() {
        watch("2000");
        const auto dog = make([this] { ++asked_; });
        CPPUNIT_ASSERT(waitUntil([this] { return looked_ >= 3; }));
        CPPUNIT_ASSERT(!fed());
        dog->answer();
        CPPUNIT_ASSERT(waitUntil([this] { return fed(); }));
        // Asked once, the main loop says no more.
        const auto looked = looked_.load();
        CPPUNIT_ASSERT(waitUntil([&] { return looked_ >= looked + 3; }));
        CPPUNIT_ASSERT(!fed());
        CPPUNIT_ASSERT_EQUAL(1, asked_.load());
    }

    void feedsNothingWhileALoopDoesNotTurn() {
        watch("2000");
        turns_ = false;
        const auto dog = make([] {});
        dog->answer();
        CPPUNIT_ASSERT(waitUntil([this] { return looked_ >= 3; }));
        CPPUNIT_ASSERT(!fed());
        turns_ = true;
        CPPUNIT_ASSERT(waitUntil([this] { return fed(); }));
    }

    void doesNothingWhereNobodyWatches() {
        for (const auto* value : {"", "0", "-2000", "2000s", "soon"}) {
            watch(value);
            const auto dog = make([] {});
            dog->answer();
        }
        ::unsetenv("WATCHDOG_USEC");
        make([] {})->answer();
        CPPUNIT_ASSERT_EQUAL(0, looked_.load());
        CPPUNIT_ASSERT(!fed());
    }

    void setUp() override {
        manager_ = std::make_unique<ServiceManager>((folder_ / "notify").string());
    }
    void tearDown() override {
        manager_.reset();
        std::filesystem::remove(folder_ / "notify");
        ::unsetenv("WATCHDOG_USEC");
    }

private:
    static void watch(const char* microseconds) { ::setenv("WATCHDOG_USEC", microseconds, 1); }
    [[nodiscard]] std::unique_ptr<ServiceWatchdog> make(std::function<void()> askMainLoop) {
        return std::make_unique<ServiceWatchdog>(
            ServiceWatchdog::Checks{.loopsTurn =
                                        [this] {
                                            ++looked_;
                                            return turns_.load();
                                        },
                                    .askMainLoop = std::move(askMainLoop)});
    }
    [[nodiscard]] bool fed() const { return manager_->receive() == "WATCHDOG=1"; }

    const TemporaryFolder folder_;
    std::unique_ptr<ServiceManager> manager_;
    std::function<void()> answer_;
    std::atomic<int> looked_{0};
    std::atomic<int> asked_{0};
    std::atomic<bool> turns_{true};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceWatchdogTest);

}  // namespace
}  // namespace berth::test
