// tests/host/upgrade/channel_test.cpp - descriptors between two processes.
#include "host/upgrade/channel.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/eventfd.h>

#include <chrono>
#include <string>

#include "support/check.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::UniqueFd;
using host::UpgradeChannel;
using host::UpgradeMessage;
using Clock = UpgradeChannel::Clock;

class ChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChannelTest);
    CPPUNIT_TEST(carriesTextAndDescriptors);
    CPPUNIT_TEST(tellsThatTheOtherEndIsGone);
    CPPUNIT_TEST(waitsNoLongerThanItMay);
    CPPUNIT_TEST(isWoken);
    CPPUNIT_TEST(gaveUpOnAnEndThatDoesNotRead);
    CPPUNIT_TEST_SUITE_END();

    static Clock::time_point in(std::chrono::milliseconds time) { return Clock::now() + time; }

    void carriesTextAndDescriptors() {
        auto [here, there] = UpgradeChannel::pair();
        const UniqueFd event(::eventfd(7, EFD_CLOEXEC));
        const std::vector<int> many(UpgradeChannel::kMostDescriptors, event.value());
        const std::string text("a\0b", 3);
        CPPUNIT_ASSERT(here.send(UpgradeMessage::Sockets, text, many, in(kPatience)));
        CHECK(there.wait(in(kPatience)) == UpgradeChannel::Wait::Readable);
        const auto message = there.receive();
        CPPUNIT_ASSERT(message);
        CHECK(message->kind == UpgradeMessage::Sockets);
        CPPUNIT_ASSERT_EQUAL(text, message->text);
        CPPUNIT_ASSERT_EQUAL(many.size(), message->descriptors.size());
        for (const auto& each : message->descriptors) {
            CPPUNIT_ASSERT_EQUAL(FD_CLOEXEC, ::fcntl(each.value(), F_GETFD));
        }
        eventfd_t value = 0;
        CPPUNIT_ASSERT_EQUAL(0, ::eventfd_read(message->descriptors.back().value(), &value));
        CPPUNIT_ASSERT_EQUAL(eventfd_t{7}, value);
    }

    void tellsThatTheOtherEndIsGone() {
        auto [here, there] = UpgradeChannel::pair();
        there.close();
        CPPUNIT_ASSERT(!here.send(UpgradeMessage::Go, {}, {}, in(kPatience)));
        static_cast<void>(here.wait(in(kPatience)));
        CPPUNIT_ASSERT(!here.receive());
    }

    void waitsNoLongerThanItMay() {
        const auto [here, there] = UpgradeChannel::pair();
        CHECK(here.wait(in(std::chrono::milliseconds(10))) == UpgradeChannel::Wait::Time);
    }

    void isWoken() {
        const auto [here, there] = UpgradeChannel::pair();
        const UniqueFd event(::eventfd(1, EFD_CLOEXEC));
        CHECK(here.wait(in(kPatience), event.value()) == UpgradeChannel::Wait::Woken);
    }

    void gaveUpOnAnEndThatDoesNotRead() {
        const auto [here, there] = UpgradeChannel::pair();
        const std::string text(60'000, 'x');
        bool sent = true;
        for (int i = 0; i < 1000 && sent; ++i) {
            sent = here.send(UpgradeMessage::Sockets, text, {}, in(std::chrono::milliseconds(10)));
        }
        CPPUNIT_ASSERT(!sent);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChannelTest);

}  // namespace
}  // namespace berth::test
