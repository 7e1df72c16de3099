// tests/host/listen/service_notification_test.cpp - the datagram that a service manager gets.
#include "host/listen/service_notification.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <string>

#include "support/service_manager.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::notifyServiceManager;

class ServiceNotificationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceNotificationTest);
    CPPUNIT_TEST(sendsOneDatagramToAPath);
    CPPUNIT_TEST(sendsToAnAbstractName);
    CPPUNIT_TEST(doesWithoutAManager);
    CPPUNIT_TEST(givesUpOnAManagerThatReadsNothing);
    CPPUNIT_TEST(waitsForAManagerThatIsBusy);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override { ::unsetenv("NOTIFY_SOCKET"); }

    void sendsOneDatagramToAPath() {
        const TemporaryFolder folder;
        const ServiceManager manager((folder / "notify").string());
        CPPUNIT_ASSERT(notifyServiceManager("READY=1\nSTATUS=2 services"));
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=2 services"), manager.receive());
        CPPUNIT_ASSERT_EQUAL(std::string(), manager.receive());
    }

    void sendsToAnAbstractName() {
        const ServiceManager manager("@berth-test-" + std::to_string(::getpid()));
        CPPUNIT_ASSERT(notifyServiceManager("STOPPING=1"));
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), manager.receive());
    }

    void doesWithoutAManager() {
        ::unsetenv("NOTIFY_SOCKET");
        CPPUNIT_ASSERT(!notifyServiceManager("READY=1"));
        for (const auto& name : {std::string(), std::string("relative"),
                                 std::string("/nowhere/notify"), "/" + std::string(200, 'x')}) {
            ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
            CPPUNIT_ASSERT(!notifyServiceManager("READY=1"));
        }
    }

    void givesUpOnAManagerThatReadsNothing() {
        const TemporaryFolder folder;
        const ServiceManager manager((folder / "notify").string());
        // As many as the kernel keeps for it; the next one comes back, too.
        while (notifyServiceManager("STATUS=more")) continue;
        CPPUNIT_ASSERT_EQUAL(std::string("STATUS=more"), manager.receive());
    }

    void waitsForAManagerThatIsBusy() {
        const TemporaryFolder folder;
        const ServiceManager manager((folder / "notify").string());
        using Clock = std::chrono::steady_clock;
        using std::chrono::milliseconds;
        bool told = false;
        // The sender alone may be held up for as long as a notification waits.
        for (int inTime = 0; inTime < 3 && !told;) {
            while (notifyServiceManager("STATUS=more")) continue;
            const auto begun = Clock::now();
            auto sent =
                std::async(std::launch::async, [] { return notifyServiceManager("READY=1"); });
            static_cast<void>(sent.wait_for(milliseconds(50)));  // it finds no room at first
            CPPUNIT_ASSERT_EQUAL(std::string("STATUS=more"), manager.receive());
            // On a slow machine the test may be later than what a notification waits for.
            if (Clock::now() - begun <= milliseconds(500)) ++inTime;
            told = sent.get();
        }
        CPPUNIT_ASSERT(told);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceNotificationTest);

}  // namespace
}  // namespace berth::test
