// tests/host/engine/connection_record_test.cpp - counting, and cutting from other threads.
#include "host/engine/connection_record.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "berth/errors.h"
#include "support/check.h"
#include "support/socket_pair.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::CutReason;

class ConnectionRecordTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionRecordTest);
    CPPUNIT_TEST(countsBytesAndTellsItsFacts);
    CPPUNIT_TEST(growsIdleUntilAByteMoves);
    CPPUNIT_TEST(wakesABlockedReceive);
    CPPUNIT_TEST(wakesABlockedWrite);
    CPPUNIT_TEST(wakesAWaitOnDescriptors);
    CPPUNIT_TEST(keepsTheFirstReason);
    CPPUNIT_TEST(mayBeCutAfterItsEnd);
    CPPUNIT_TEST(mayBeCutByManyWhileItEnds);
    CPPUNIT_TEST_SUITE_END();

public:
    void countsBytesAndTellsItsFacts() {
        TcpPair pair({}, {.id = 7,
                          .peer = "somebody",
                          .local = std::make_shared<const std::string>("here"),
                          .generation = 3});
        pair.record().addIn(5);
        pair.record().addIn(6);
        pair.record().addOut(1);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{11}, pair.record().bytesIn());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, pair.record().bytesOut());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, pair.record().facts().id);
        CPPUNIT_ASSERT_EQUAL(std::string_view("somebody"), pair.connection().peer());
        CPPUNIT_ASSERT_EQUAL(std::string_view("here"), pair.connection().local());
    }

    void growsIdleUntilAByteMoves() {
        TcpPair pair;
        CPPUNIT_ASSERT(
            waitUntil([&] { return pair.record().idle() > std::chrono::milliseconds(500); }));
        const auto before = std::chrono::steady_clock::now();
        pair.record().addOut(1);
        const auto idle = pair.record().idle();
        // A coarse clock counts it, in ticks of at most 10 ms that may come late.
        CHECK(idle <= std::chrono::steady_clock::now() - before + std::chrono::milliseconds(100));
        CHECK(pair.record().age() > std::chrono::milliseconds(400));
    }

    void wakesABlockedReceive() {
        TcpPair pair;
        CPPUNIT_ASSERT(lostOnCut(pair, [&] { static_cast<void>(pair.connection().receive()); }));
    }

    void wakesABlockedWrite() {
        TcpPair pair;
        const std::string much(std::size_t{64} << 20, 'x');  // more than the buffers take
        CPPUNIT_ASSERT(lostOnCut(pair, [&] { pair.connection().writeText(much); }));
    }

    void wakesAWaitOnDescriptors() {
        TcpPair pair;
        CPPUNIT_ASSERT(
            lostOnCut(pair, [&] { pair.connection().wait({}, std::chrono::milliseconds(-1)); }));
    }

    void keepsTheFirstReason() {
        TcpPair pair;
        CHECK(pair.record().cutReason() == CutReason::None);
        pair.record().cut(CutReason::Lifetime);
        pair.record().cut(CutReason::Killed);
        CHECK(pair.record().cutReason() == CutReason::Lifetime);
        CPPUNIT_ASSERT_THROW(static_cast<void>(pair.connection().receive()), ConnectionLost);
    }

    void mayBeCutAfterItsEnd() {
        TcpPair pair;
        pair.end();
        pair.record().cut(CutReason::Killed);  // the descriptor may be another client's by now
        CHECK(pair.record().cutReason() == CutReason::Killed);
        CPPUNIT_ASSERT_EQUAL(std::string(), pair.client().receiveAll());
    }

    void mayBeCutByManyWhileItEnds() {
        for (int round = 0; round < 50; ++round) {
            TcpPair pair;
            std::vector<std::jthread> cutters;
            for (int i = 0; i < 4; ++i) {
                cutters.emplace_back([&] { pair.record().cut(CutReason::Killed); });
            }
            pair.end();
            cutters.clear();
            CPPUNIT_ASSERT_EQUAL(std::string(), pair.client().receiveAll());
        }
    }

private:
    // True when `call` had been waiting and threw ConnectionLost after a cut.
    template <class Call>
    static bool lostOnCut(TcpPair& pair, Call call) {
        std::promise<void> begun;
        auto lost = std::async(std::launch::async, [&] {
            begun.set_value();
            try {
                call();
            } catch (const ConnectionLost&) {
                return true;
            }
            return false;
        });
        begun.get_future().wait();
        if (lost.wait_for(std::chrono::milliseconds(20)) == std::future_status::ready) return false;
        pair.record().cut(CutReason::Killed);
        return lost.get();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionRecordTest);

}  // namespace
}  // namespace berth::test
