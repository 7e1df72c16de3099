// tests/host/engine/sink_pump_test.cpp - how long a client may keep a helper thread.
#include "host/engine/sink_pump.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "support/check.h"
#include "support/socket_pair.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::SinkPump;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kEndless = std::uint64_t{1} << 50;

class Collected final : public Sink {
public:
    void take(std::span<const std::byte> bytes) override { text += berth::test::text(bytes); }

    std::string text;
};

class Discarded final : public Sink {
public:
    void take(std::span<const std::byte>) override {}
};

class SinkPumpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SinkPumpTest);
    CPPUNIT_TEST(takesWhatItIsToAndNoMore);
    CPPUNIT_TEST(givesTheThreadBackWhenTheClientPauses);
    CPPUNIT_TEST(givesTheThreadBackWhenTheClientNeverPauses);
    CPPUNIT_TEST(tellsTheEndOfInput);
    CPPUNIT_TEST(tellsALoss);
    CPPUNIT_TEST_SUITE_END();

public:
    void takesWhatItIsToAndNoMore() {
        send("abcdef");
        Collected sink;
        auto pump = pumpInto(sink, 4);
        CHECK(pump.run() == SinkPump::Stop::Complete);
        CPPUNIT_ASSERT_EQUAL(std::string("abcd"), sink.text);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, pair_.record().bytesIn());
    }

    void givesTheThreadBackWhenTheClientPauses() {
        send("abc");
        Collected sink;
        auto pump = pumpInto(sink, 6);
        CHECK(pump.run() == SinkPump::Stop::Idle);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, pump.left());
        send("def");
        CHECK(pump.run() == SinkPump::Stop::Complete);
        CPPUNIT_ASSERT_EQUAL(std::string("abcdef"), sink.text);
    }

    void givesTheThreadBackWhenTheClientNeverPauses() {
        const std::jthread sends([this](const std::stop_token& stop) {
            const std::string piece(std::size_t{64} * 1024, 'x');
            try {
                while (!stop.stop_requested()) pair_.client().send(piece);
            } catch (const Poco::Exception&) {
                // The end of the test.
            }
        });
        Discarded sink;
        auto pump = pumpInto(sink, kEndless);
        const auto begin = Clock::now();
        CHECK(pump.run() == SinkPump::Stop::Idle);
        CHECK(Clock::now() - begin < std::chrono::seconds(15));
        pair_.end();
    }

    void tellsTheEndOfInput() {
        pair_.client().send("abc");
        pair_.client().finishSending();
        Collected sink;
        auto pump = pumpInto(sink, 6);
        auto stop = pump.run();
        while (stop == SinkPump::Stop::Idle) stop = pump.run();  // it is on its way
        CHECK(stop == SinkPump::Stop::End);
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), sink.text);
    }

    void tellsALoss() {
        pair_.client().reset();
        Collected sink;
        auto pump = pumpInto(sink, 6);
        while (pump.run() == SinkPump::Stop::Idle) continue;
        CPPUNIT_ASSERT_EQUAL(ECONNRESET, pump.error());
    }

private:
    // And waits until it has come.
    void send(std::string_view text) {
        pair_.client().send(text);
        auto& accepted = pair_.record().accepted();
        CPPUNIT_ASSERT(
            waitUntil([&] { return accepted.available() == static_cast<int>(text.size()); }));
    }

    SinkPump pumpInto(Sink& sink, std::uint64_t count) {
        return {pair_.record().accepted().impl()->sockfd(), pair_.record(), sink, count};
    }

    TcpPair pair_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SinkPumpTest);

}  // namespace
}  // namespace berth::test
