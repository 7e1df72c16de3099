// tests/host/engine/stream_wait_test.cpp - waiting for descriptors and for the client at once.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "berth/errors.h"
#include "host/unique_fd.h"
#include "socket_pair.h"

namespace berth::test {
namespace {

using host::UniqueFd;
using std::chrono::milliseconds;

class Pipe {
public:
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "pipe2");
        }
        read_.reset(ends[0]);
        write_.reset(ends[1]);
    }
    [[nodiscard]] pollfd readable() const { return {read_.value(), POLLIN, 0}; }
    void fill() const {
        if (::write(write_.value(), "x", 1) != 1) throw std::runtime_error("pipe is full");
    }

private:
    UniqueFd read_;
    UniqueFd write_;
};

class StreamWaitTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StreamWaitTest);
    CPPUNIT_TEST(endsAfterTheLimit);
    CPPUNIT_TEST(tellsWhichDescriptorsAreReady);
    CPPUNIT_TEST(tellsInputOnlyWhenWatched);
    CPPUNIT_TEST(tellsTheEndOfInput);
    CPPUNIT_TEST(tellsAResetAlways);
    CPPUNIT_TEST(tellsTheClientAndDescriptorsTogether);
    CPPUNIT_TEST(doesNotSpinOnceBothSidesHaveFinished);
    CPPUNIT_TEST(tellsThatAUnixClientClosed);
    CPPUNIT_TEST(doesNotSpinOnAUnixClientThatClosed);
    CPPUNIT_TEST(refusesAfterACut);
    CPPUNIT_TEST_SUITE_END();

public:
    void endsAfterTheLimit() {
        TcpPair pair;
        const auto begun = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT(pair.connection().wait({}, milliseconds(20), kAll).timedOut());
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun >= milliseconds(19));
        CPPUNIT_ASSERT(pair.connection().wait({}, milliseconds(0), kAll).timedOut());
    }

    void tellsWhichDescriptorsAreReady() {
        TcpPair pair;
        const Pipe idle;
        const Pipe ready;
        ready.fill();
        std::array watched{idle.readable(), ready.readable()};
        const auto result = pair.connection().wait(watched, kForEver, kAll);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.descriptors);
        CPPUNIT_ASSERT(result.client == ClientEvent::None);
        CPPUNIT_ASSERT_EQUAL(short{0}, watched[0].revents);
        CPPUNIT_ASSERT((watched[1].revents & POLLIN) != 0);
    }

    void tellsInputOnlyWhenWatched() {
        TcpPair pair;
        pair.client().send("x");
        const auto result = pair.connection().wait({}, kForEver, ClientEvent::Input);
        CPPUNIT_ASSERT(result.client == ClientEvent::Input);
        CPPUNIT_ASSERT(pair.connection().wait({}, milliseconds(20)).timedOut());
        CPPUNIT_ASSERT(
            pair.connection().wait({}, milliseconds(20), ClientEvent::Finished).timedOut());
    }

    void tellsTheEndOfInput() {
        TcpPair pair;
        pair.client().finishSending();
        CPPUNIT_ASSERT(pair.connection().wait({}, kForEver, ClientEvent::Input).client ==
                       ClientEvent::Input);
        CPPUNIT_ASSERT(pair.connection().wait({}, kForEver, ClientEvent::Finished).client ==
                       ClientEvent::Finished);
        CPPUNIT_ASSERT(pair.connection().wait({}, kForEver, kAll).client == kAll);
        CPPUNIT_ASSERT(pair.connection().wait({}, milliseconds(20)).timedOut());
    }

    void tellsAResetAlways() {
        TcpPair pair;
        pair.client().reset();
        CPPUNIT_ASSERT(has(pair.connection().wait({}, kForEver).client, ClientEvent::Lost));
    }

    void tellsTheClientAndDescriptorsTogether() {
        TcpPair pair;
        const Pipe ready;
        ready.fill();
        pair.client().send("x");
        CPPUNIT_ASSERT(pair.connection().wait({}, kForEver, ClientEvent::Input).client ==
                       ClientEvent::Input);
        std::array watched{ready.readable()};
        const auto result = pair.connection().wait(watched, kForEver, kAll);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.descriptors);
        CPPUNIT_ASSERT(result.client == ClientEvent::Input);
    }

    void doesNotSpinOnceBothSidesHaveFinished() {
        TcpPair pair;
        pair.connection().finish();
        pair.client().finishSending();
        CPPUNIT_ASSERT(has(pair.connection().wait({}, kForEver, ClientEvent::Finished).client,
                           ClientEvent::Finished));
        expectAFullWait(pair.connection());
    }

    void tellsThatAUnixClientClosed() {
        UnixPair pair;
        pair.client.close();
        CPPUNIT_ASSERT(has(pair.connection.wait({}, kForEver, ClientEvent::Finished).client,
                           ClientEvent::Finished));
        CPPUNIT_ASSERT(
            has(pair.connection.wait({}, kForEver, ClientEvent::Input).client, ClientEvent::Input));
    }

    void doesNotSpinOnAUnixClientThatClosed() {
        UnixPair pair;
        pair.client.close();
        expectAFullWait(pair.connection);
    }

    void refusesAfterACut() {
        TcpPair pair;
        pair.record().cut(host::CutReason::Killed);
        CPPUNIT_ASSERT_THROW(pair.connection().wait({}, kForEver), ConnectionLost);
    }

private:
    static constexpr milliseconds kForEver{-1};
    static constexpr ClientEvent kAll = ClientEvent::Input | ClientEvent::Finished;

    struct UnixPair {
        UnixPair() : UnixPair(unixPair()) {}
        explicit UnixPair(std::pair<Poco::Net::StreamSocket, Poco::Net::StreamSocket> ends)
            : client(ends.first),
              server(ends.second),
              record({}, server),
              connection(server, record, {}) {}

        Poco::Net::StreamSocket client;
        Poco::Net::StreamSocket server;
        host::ConnectionRecord record;
        host::StreamConnection connection;
    };

    // A hang-up that nobody watches neither ends the wait early nor hides a descriptor.
    static void expectAFullWait(Connection& connection) {
        const auto begun = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT(connection.wait({}, milliseconds(30)).timedOut());
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun >= milliseconds(29));
        const Pipe ready;
        ready.fill();
        std::array watched{ready.readable()};
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, connection.wait(watched, kForEver).descriptors);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamWaitTest);

}  // namespace
}  // namespace berth::test
