// tests/host/engine/stream_connection_test.cpp - the byte stream over real sockets.
#include "host/engine/stream_connection.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <future>
#include <string>

#include "berth/errors.h"
#include "socket_pair.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

// Every byte differs from its neighbours, so that a lost or doubled piece shows.
std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 7 + i / 251) & 0xff);
    return bytes;
}

class StreamConnectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StreamConnectionTest);
    CPPUNIT_TEST(movesA64MebibyteMessageBothWays);
    CPPUNIT_TEST(receivesWhatDribblesInByteByByte);
    CPPUNIT_TEST(readsNoMoreThanTheBufferTakes);
    CPPUNIT_TEST(goesOnReceivingAfterFinish);
    CPPUNIT_TEST(goesOnWritingAfterTheClientFinished);
    CPPUNIT_TEST(staysAtTheEndOfInput);
    CPPUNIT_TEST(throwsOnAReset);
    CPPUNIT_TEST(throwsWhenWritingToNobody);
    CPPUNIT_TEST(timesOutWhenNothingComes);
    CPPUNIT_TEST(timesOutWhenNothingIsTaken);
    CPPUNIT_TEST(hasNoTimeoutAtZero);
    CPPUNIT_TEST(keepsTheLastReplyWhenBytesWereUnread);
    CPPUNIT_TEST(closesAtOnceWhenNothingIsUnread);
    CPPUNIT_TEST(lingersForALimitedTimeOnly);
    CPPUNIT_TEST_SUITE_END();

public:
    void movesA64MebibyteMessageBothWays() {
        TcpPair pair;
        const auto message = pattern(std::size_t{64} << 20);
        auto echoed = std::async(std::launch::async, [&] {
            pair.client().send(message);
            pair.client().finishSending();
        });
        std::string received;
        while (const auto bytes = pair.connection().receive()) received += text(bytes);
        echoed.get();
        CPPUNIT_ASSERT(received == message);

        auto taken = std::async(std::launch::async,
                                [&] { return pair.client().receiveExactly(message.size()); });
        pair.connection().writeText(message);
        CPPUNIT_ASSERT(taken.get() == message);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()}, pair.record().bytesIn());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()}, pair.record().bytesOut());
    }

    void receivesWhatDribblesInByteByByte() {
        TcpPair pair;
        const auto message = pattern(500);
        auto sent = std::async(std::launch::async, [&] {
            for (const char byte : message) pair.client().send({&byte, 1});
            pair.client().finishSending();
        });
        std::string received;
        while (const auto bytes = pair.connection().receive()) received += text(bytes);
        sent.get();
        CPPUNIT_ASSERT(received == message);
    }

    void readsNoMoreThanTheBufferTakes() {
        TcpPair pair;
        pair.client().send("abcdefgh");
        std::array<std::byte, 3> buffer{};
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), text(pair.connection().readExactly(buffer)));
        CPPUNIT_ASSERT_EQUAL(std::string("def"), text(pair.connection().readExactly(buffer)));
        pair.client().finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("gh"), text(pair.connection().readExactly(buffer)));
    }

    void goesOnReceivingAfterFinish() {
        TcpPair pair;
        pair.connection().writeText("last");
        pair.connection().finish();
        pair.connection().finish();  // once is enough, twice is no error
        CPPUNIT_ASSERT_EQUAL(std::string("last"), pair.client().receiveAll());
        pair.client().send("answer");
        CPPUNIT_ASSERT_EQUAL(std::string("answer"), text(pair.connection().receive()));
        CPPUNIT_ASSERT_THROW(pair.connection().writeText("more"), ConnectionLost);
    }

    void goesOnWritingAfterTheClientFinished() {
        TcpPair pair;
        pair.client().finishSending();
        CPPUNIT_ASSERT(!pair.connection().receive());
        CPPUNIT_ASSERT(pair.record().endOfInput());
        pair.connection().writeText("still here");
        pair.end();
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), pair.client().receiveAll());
    }

    void staysAtTheEndOfInput() {
        TcpPair pair;
        pair.client().finishSending();
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!pair.connection().receive());
    }

    void throwsOnAReset() {
        TcpPair pair;
        pair.client().reset();
        CPPUNIT_ASSERT_THROW(static_cast<void>(pair.connection().receive()), ConnectionLost);
    }

    void throwsWhenWritingToNobody() {
        TcpPair pair;
        pair.client().reset();
        const std::string much(std::size_t{1} << 20, 'x');
        CPPUNIT_ASSERT_THROW(pair.connection().writeText(much), ConnectionLost);
    }

    void timesOutWhenNothingComes() {
        TcpPair pair({.idleTimeout = milliseconds(30)});
        const auto begun = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_THROW(static_cast<void>(pair.connection().receive()), TimedOut);
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun >= milliseconds(25));
        CPPUNIT_ASSERT(!pair.record().writeTimeout());
        // The client may still be told why.
        pair.connection().writeText("too slow");
        pair.end();
        CPPUNIT_ASSERT_EQUAL(std::string("too slow"), pair.client().receiveAll());
    }

    void timesOutWhenNothingIsTaken() {
        TcpPair pair({.writeTimeout = milliseconds(30)});
        const std::string much(std::size_t{64} << 20, 'x');
        CPPUNIT_ASSERT_THROW(pair.connection().writeText(much), TimedOut);
        CPPUNIT_ASSERT(pair.record().writeTimeout());
    }

    void hasNoTimeoutAtZero() {
        TcpPair pair({.idleTimeout = milliseconds(1)});
        pair.connection().setTimeout(milliseconds(0));
        auto received =
            std::async(std::launch::async, [&] { return text(pair.connection().receive()); });
        CPPUNIT_ASSERT(received.wait_for(milliseconds(50)) == std::future_status::timeout);
        pair.client().send("late");
        CPPUNIT_ASSERT_EQUAL(std::string("late"), received.get());
    }

    void keepsTheLastReplyWhenBytesWereUnread() {
        TcpPair pair;
        pair.client().send(std::string(50'000, 'x'));
        CPPUNIT_ASSERT(waitUntil([&] { return pair.server().available() == 50'000; }));
        const auto reply = pattern(100'000);
        pair.connection().writeText(reply);
        auto ended = std::async(std::launch::async, [&] { pair.end(); });
        CPPUNIT_ASSERT(pair.client().receiveAll() == reply);  // a reset would throw
        pair.client().socket().close();
        ended.get();
    }

    void closesAtOnceWhenNothingIsUnread() {
        TcpPair pair;
        const auto begun = std::chrono::steady_clock::now();
        pair.end();
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < milliseconds(500));
        CPPUNIT_ASSERT_EQUAL(std::string(), pair.client().receiveAll());
    }

    void lingersForALimitedTimeOnly() {
        TcpPair pair;
        pair.client().send("unread");
        CPPUNIT_ASSERT(waitUntil([&] { return pair.server().available() == 6; }));
        const auto begun = std::chrono::steady_clock::now();
        pair.end();  // though the client neither reads nor closes
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamConnectionTest);

}  // namespace
}  // namespace berth::test
