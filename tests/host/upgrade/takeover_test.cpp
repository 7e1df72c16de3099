// tests/host/upgrade/takeover_test.cpp - the new process's part, against an old one that is acted.
#include "host/upgrade/takeover.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>

#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>

#include "host/upgrade/child_process.h"
#include "host/upgrade/socket_names.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::kUpgradeVariable;
using host::Takeover;
using host::UpgradeChannel;
using host::UpgradeMessage;

class TakeoverTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TakeoverTest);
    CPPUNIT_TEST(isNothingAtAnOrdinaryStart);
    CPPUNIT_TEST(takesItsDescriptorAndForgetsTheVariable);
    CPPUNIT_TEST(refusesAnotherVersion);
    CPPUNIT_TEST(refusesWhenTheOldOneIsGone);
    CPPUNIT_TEST(waitsForTheWord);
    CPPUNIT_TEST(doesNotBeginWhenTheOldOneEndsWithoutTheWord);
    CPPUNIT_TEST(doesNotBeginAtAnotherWord);
    CPPUNIT_TEST_SUITE_END();

    // The old process's end, and the takeover at the other one.
    struct Both {
        UpgradeChannel old;
        std::optional<Takeover> takeover;
    };

    static Both both() {
        auto [old, other] = UpgradeChannel::pair();
        const int number = ::fcntl(other.descriptor(), F_DUPFD, 3);
        ::setenv(kUpgradeVariable, std::to_string(number).c_str(), 1);
        return {std::move(old), Takeover::fromEnvironment()};
    }

    static bool say(const UpgradeChannel& channel, UpgradeMessage kind, std::string_view text) {
        return channel.send(kind, text, {}, UpgradeChannel::Clock::now());
    }

    void isNothingAtAnOrdinaryStart() {
        CPPUNIT_ASSERT(!Takeover::fromEnvironment());
        for (const auto* value : {"", "x", "-1", "1", "999999"}) {
            ::setenv(kUpgradeVariable, value, 1);
            CPPUNIT_ASSERT(!Takeover::fromEnvironment());
        }
    }

    void takesItsDescriptorAndForgetsTheVariable() {
        auto [old, takeover] = both();
        CPPUNIT_ASSERT(takeover.has_value());
        CHECK(std::getenv(kUpgradeVariable) == nullptr);
        CPPUNIT_ASSERT(say(old, UpgradeMessage::End, host::kUpgradeGreeting));
        CHECK(isEmpty(takeover->receive()));
    }

    void refusesAnotherVersion() {
        auto [old, takeover] = both();
        CPPUNIT_ASSERT(say(old, UpgradeMessage::End, "berth upgrade 1"));
        CPPUNIT_ASSERT_THROW(static_cast<void>(takeover->receive()), std::runtime_error);
    }

    void refusesWhenTheOldOneIsGone() {
        auto [old, takeover] = both();
        old.close();
        CPPUNIT_ASSERT_THROW(static_cast<void>(takeover->receive()), std::runtime_error);
    }

    void waitsForTheWord() {
        auto [old, takeover] = both();
        CPPUNIT_ASSERT(say(old, UpgradeMessage::Go, {}));
        CPPUNIT_ASSERT(takeover->ready({"a", "b"}));
        const auto message = old.receive();
        CPPUNIT_ASSERT(message);
        CHECK(message->kind == UpgradeMessage::Ready);
        CPPUNIT_ASSERT_EQUAL(std::string("a, b"), message->text);
    }

    void doesNotBeginWhenTheOldOneEndsWithoutTheWord() {
        auto [old, takeover] = both();
        auto waiting = std::async(std::launch::async, [&] { return takeover->ready({}); });
        CPPUNIT_ASSERT(old.receive().has_value());
        old.close();
        CPPUNIT_ASSERT(!waiting.get());
        CPPUNIT_ASSERT_MESSAGE("after its end", !takeover->ready({}));
    }

    void doesNotBeginAtAnotherWord() {
        auto [old, takeover] = both();
        CPPUNIT_ASSERT(say(old, UpgradeMessage::End, {}));
        CPPUNIT_ASSERT(!takeover->ready({}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TakeoverTest);

}  // namespace
}  // namespace berth::test
