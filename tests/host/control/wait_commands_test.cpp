// tests/host/control/wait_commands_test.cpp - wait and drain: the truth, in time.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "command_runner.h"
#include "support/check.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using Clock = std::chrono::steady_clock;
using host::ChangeError;
using host::ChangeResult;
using namespace std::chrono_literals;
using namespace std::string_literals;

void empty(ServiceStatus& service) {
    service.connections.open = 0;
}
void drainAndEmpty(ServiceStatus& service) {
    service.state = ServiceState::Draining;
    service.connections.open = 0;
}

}  // namespace

class WaitCommandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WaitCommandsTest);
    CPPUNIT_TEST(returnsAtOnceWhenItIsSo);
    CPPUNIT_TEST(returnsWhenItBecomesSo);
    CPPUNIT_TEST(tellsWhatIsMissingAtTheLimit);
    CPPUNIT_TEST(waitsForEveryServiceWithoutAName);
    CPPUNIT_TEST(leavesDisabledServicesOutOfServing);
    CPPUNIT_TEST(takesALoneDurationForTheLimit);
    CPPUNIT_TEST(endsWhenTheClientIsGone);
    CPPUNIT_TEST(endsWhenTheServiceIsGone);
    CPPUNIT_TEST(refusesUnknownStatesAndNames);
    CPPUNIT_TEST(drainsAndWaitsOutsideTheHost);
    CPPUNIT_TEST(tellsWhoIsLeftWhenADrainTakesTooLong);
    CPPUNIT_TEST(tellsThatAStartEndedTheDrain);
    CPPUNIT_TEST(drainsAtOnceWhenNobodyIsThere);
    CPPUNIT_TEST_SUITE_END();

public:
    void returnsAtOnceWhenItIsSo() {
        CPPUNIT_ASSERT_EQUAL("OK service \"shout\" is serving\n.\n"s,
                             runner_.text("wait serving shout 0"));
        CPPUNIT_ASSERT_EQUAL("OK service \"quiet\" is stopped\n.\n"s,
                             runner_.text("wait stopped quiet"));
        CPPUNIT_ASSERT_EQUAL("OK service \"quiet\" is drained\n.\n"s,
                             runner_.text("wait drained quiet 1s"));
    }

    void returnsWhenItBecomesSo() {
        const auto start = Clock::now();
        std::jthread change([this] {
            std::this_thread::sleep_for(50ms);
            runner_.host().update("shout", empty);
        });
        CPPUNIT_ASSERT_EQUAL("OK service \"shout\" is idle\n.\n"s,
                             runner_.text("wait idle shout 20s"));
        CHECK(Clock::now() - start < 10s);
    }

    void tellsWhatIsMissingAtTheLimit() {
        CPPUNIT_ASSERT_EQUAL(
            "ERR timeout after 20ms service \"shout\" is serving with 2 open connections\n.\n"s,
            runner_.text("wait idle shout 20ms"));
        runner_.host().update("quiet", [](ServiceStatus& service) {
            service.state = ServiceState::Stopped;
            service.reason = "stopped by an operator";
        });
        CPPUNIT_ASSERT_EQUAL(
            "ERR timeout after 0 service \"quiet\" is stopped with 0 open connections: stopped by "
            "an operator\n.\n"s,
            runner_.text("wait serving quiet 0"));
    }

    void waitsForEveryServiceWithoutAName() {
        CPPUNIT_ASSERT_EQUAL("timeout"s, runner_.run("wait serving 10ms").code);
        runner_.host().update("quiet", [](auto& s) { s.state = ServiceState::Serving; });
        CPPUNIT_ASSERT_EQUAL("OK every service is serving\n.\n"s,
                             runner_.text("wait serving 10ms"));
    }

    void leavesDisabledServicesOutOfServing() {
        runner_.host().update("quiet", [](auto& s) { s.state = ServiceState::Disabled; });
        CPPUNIT_ASSERT(runner_.run("wait serving 10ms").ok());
        CPPUNIT_ASSERT(!runner_.run("wait serving quiet 10ms").ok());
        CPPUNIT_ASSERT(runner_.run("wait stopped quiet 10ms").ok());
    }

    void takesALoneDurationForTheLimit() {
        const auto start = Clock::now();
        CPPUNIT_ASSERT_EQUAL("timeout"s, runner_.run("wait idle 10ms").code);
        CHECK(Clock::now() - start < 10s);
        runner_.host().add(makeService("10s", ServiceState::Serving));
        CPPUNIT_ASSERT_EQUAL("OK service \"10s\" is idle\n.\n"s, runner_.text("wait idle 10s"));
    }

    void endsWhenTheClientIsGone() {
        runner_.abandon();
        const auto start = Clock::now();
        CPPUNIT_ASSERT_EQUAL("failed"s, runner_.run("wait idle shout 1h").code);
        CHECK(Clock::now() - start < 10s);
    }

    void endsWhenTheServiceIsGone() {
        CPPUNIT_ASSERT_EQUAL("not-found"s, runner_.run("wait idle gone 1h").code);
    }

    void refusesUnknownStatesAndNames() {
        CPPUNIT_ASSERT_EQUAL("usage"s, runner_.run("wait happy").code);
        CPPUNIT_ASSERT_EQUAL("usage"s, runner_.run("wait").code);
        CPPUNIT_ASSERT_EQUAL("bad-value"s, runner_.run("wait idle shout 61m").code);
        CPPUNIT_ASSERT_EQUAL("not-found"s, runner_.run("wait idle shoot 1s").code);
    }

    void drainsAndWaitsOutsideTheHost() {
        runner_.host().answer(ChangeResult::failure(ChangeError::Timeout, "2 clients are left"));
        runner_.host().update("shout", [](auto& s) { s.state = ServiceState::Draining; });
        std::jthread change([this] {
            static_cast<void>(waitUntil([&] { return !runner_.host().asked().empty(); }));
            std::this_thread::sleep_for(50ms);  // most likely it waits by now
            runner_.host().answer(ChangeResult::success("drained"));
            runner_.host().update("shout", drainAndEmpty);
        });
        CPPUNIT_ASSERT_EQUAL("OK drained\n.\n"s, runner_.text("drain shout 20s"));
        CHECK(std::vector<std::string>{"drain shout 0", "drain shout 0"} == runner_.host().asked());
    }

    void tellsWhoIsLeftWhenADrainTakesTooLong() {
        runner_.host().answer(ChangeResult::failure(ChangeError::Timeout, "2 clients are left"));
        runner_.host().update("shout", [](auto& s) { s.state = ServiceState::Draining; });
        CPPUNIT_ASSERT_EQUAL(
            "ERR timeout after 10ms service \"shout\" is draining with 2 open connections; no new "
            "clients are taken: stop cuts the rest, start serves again\n.\n"s,
            runner_.text("drain shout 10ms"));
    }

    void tellsThatAStartEndedTheDrain() {
        runner_.host().answer(ChangeResult::failure(ChangeError::Timeout, "2 clients are left"));
        CPPUNIT_ASSERT_EQUAL(
            "ERR conflict service \"shout\" is serving with 2 open connections; it was started, "
            "which ended the drain\n.\n"s,
            runner_.text("drain shout 1h"));
    }

    void drainsAtOnceWhenNobodyIsThere() {
        CPPUNIT_ASSERT_EQUAL("OK drain quiet 0\n.\n"s, runner_.text("drain quiet"));
        runner_.host().answer(ChangeResult::failure(ChangeError::Refused, "it is stopped"));
        CPPUNIT_ASSERT_EQUAL("ERR refused it is stopped\n.\n"s, runner_.text("drain quiet 1h"));
    }

private:
    CommandRunner runner_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WaitCommandsTest);

}  // namespace berth::test
