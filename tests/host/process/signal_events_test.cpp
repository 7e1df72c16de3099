// tests/host/process/signal_events_test.cpp - signals and requests, one after the other.
#include "host/process/signal_events.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

using host::ProcessEvent;
using host::SignalEvents;

class SignalEventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignalEventsTest);
    CPPUNIT_TEST(turnsSignalsIntoEvents);
    CPPUNIT_TEST(tellsWhoSentASignal);
    CPPUNIT_TEST(keepsTheOrderOfRequests);
    CPPUNIT_TEST(endsTheProcessThatDoesNotEnd);
    CPPUNIT_TEST(keepsTheNearestEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void turnsSignalsIntoEvents() {
        SignalEvents events;
        const std::pair<int, ProcessEvent> signals[] = {
            {SIGTERM, ProcessEvent::Terminate}, {SIGINT, ProcessEvent::Terminate},
            {SIGHUP, ProcessEvent::Reload},     {SIGUSR1, ProcessEvent::ReopenLogs},
            {SIGUSR2, ProcessEvent::Upgrade},   {SIGXCPU, ProcessEvent::OutOfTime}};
        for (const auto& [signal, event] : signals) {
            CPPUNIT_ASSERT_EQUAL(0, ::kill(::getpid(), signal));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(signal), events.next().event == event);
        }
    }

    void tellsWhoSentASignal() {
        SignalEvents events;
        ::kill(::getpid(), SIGHUP);
        CPPUNIT_ASSERT_EQUAL("SIGHUP sent by process " + std::to_string(::getpid()) + ", uid " +
                                 std::to_string(::getuid()),
                             events.next().sender);
        ::kill(::getpid(), SIGXCPU);
        CPPUNIT_ASSERT_EQUAL(std::string(), events.next().sender);
        events.post(ProcessEvent::Reload);
        CPPUNIT_ASSERT_EQUAL(std::string(), events.next().sender);
    }

    void keepsTheOrderOfRequests() {
        SignalEvents events;
        const auto wanted = {ProcessEvent::Beat, ProcessEvent::Terminate, ProcessEvent::StopNow,
                             ProcessEvent::Finished};
        for (const auto event : wanted) events.post(event);
        for (const auto event : wanted) CHECK(events.next().event == event);
    }

    void endsTheProcessThatDoesNotEnd() {
        if (kThreadSanitized) return;  // it allows no thread in a child of fork()
        CPPUNIT_ASSERT_EQUAL(70, codeOf([](SignalEvents& events) {
                                 events.endWithin(std::chrono::milliseconds(1));
                             }));
    }

    void keepsTheNearestEnd() {
        if (kThreadSanitized) return;
        CPPUNIT_ASSERT_EQUAL(70, codeOf([](SignalEvents& events) {
                                 events.endWithin(std::chrono::milliseconds(1));
                                 events.endWithin(std::chrono::hours(1));
                             }));
    }

    // The thread of each test blocks what it takes.
    void setUp() override { ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }
    void tearDown() override { ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr); }

private:
    // With which a child ends that waits for ever after `begin`.
    template <class Begin>
    static int codeOf(Begin&& begin) {
        const auto child = ::fork();
        if (child == 0) {
            SignalEvents events;
            begin(events);
            for (;;) ::pause();
        }
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    sigset_t mask_{};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignalEventsTest);

}  // namespace
}  // namespace berth::test
