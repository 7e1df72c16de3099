// tests/sdk/loopback_connection_test.cpp - the in-memory connection keeps a Connection's contract.
#include "berth/testing/loopback_connection.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

#include "berth/errors.h"
#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using testing::LoopbackConnection;
using Clock = std::chrono::steady_clock;

std::string text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A descriptor that poll(2) finds readable once raise() was called.
class Event {
public:
    Event() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { ::close(descriptor_); }

    void raise() const { CPPUNIT_ASSERT_EQUAL(0, ::eventfd_write(descriptor_, 1)); }
    [[nodiscard]] pollfd watched() const { return {descriptor_, POLLIN, 0}; }

private:
    int descriptor_;
};

class LoopbackConnectionTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LoopbackConnectionTest);
    CPPUNIT_TEST(lendsOnePieceAtATime);
    CPPUNIT_TEST(readsIntoTheCallersBuffer);
    CPPUNIT_TEST(refusesAnEmptyBuffer);
    CPPUNIT_TEST(givesBackWhatWasWritten);
    CPPUNIT_TEST(takesLentBytesBack);
    CPPUNIT_TEST(keepsTheEndOfInput);
    CPPUNIT_TEST(refusesToSendAfterTheEnd);
    CPPUNIT_TEST(waitsForTheClient);
    CPPUNIT_TEST(timesOut);
    CPPUNIT_TEST(throwsAfterAReset);
    CPPUNIT_TEST(wakesAHandlerWhenReset);
    CPPUNIT_TEST(refusesToWriteAfterFinish);
    CPPUNIT_TEST(receivesAfterFinish);
    CPPUNIT_TEST(waitTellsInput);
    CPPUNIT_TEST(waitTellsTheEndOfInput);
    CPPUNIT_TEST(waitAlwaysTellsALoss);
    CPPUNIT_TEST(waitTimesOut);
    CPPUNIT_TEST(waitIgnoresWhatIsNotWatched);
    CPPUNIT_TEST(waitTellsReadyDescriptors);
    CPPUNIT_TEST(waitWatchesBothAtOnce);
    CPPUNIT_TEST(waitForReceivedWaitsForTheHandler);
    CPPUNIT_TEST(tellsItsAddresses);
    CPPUNIT_TEST_SUITE_END();

public:
    void lendsOnePieceAtATime() {
        LoopbackConnection client;
        client.send("one");
        client.send("");
        client.send("two");
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("one"), text(client.receive()));
        CPPUNIT_ASSERT_EQUAL(std::string("two"), text(client.receive()));
        CHECK(isEmpty(client.receive()));
    }

    void readsIntoTheCallersBuffer() {
        LoopbackConnection client;
        client.send("abcde");
        client.send("f");
        std::array<std::byte, 3> buffer{};
        const auto first = client.read(buffer);
        CHECK(first.data() == buffer.data());
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), text(first));
        CPPUNIT_ASSERT_EQUAL(std::string("de"), text(client.receive()));
        CPPUNIT_ASSERT_EQUAL(std::string("f"), text(client.read(buffer)));
    }

    void refusesAnEmptyBuffer() {
        LoopbackConnection client;
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.read({})), std::logic_error);
    }

    void givesBackWhatWasWritten() {
        LoopbackConnection client;
        client.writeText("one ");
        client.writeText("two");
        CPPUNIT_ASSERT_EQUAL(std::string("one two"), client.received());
        CPPUNIT_ASSERT_EQUAL(std::string("one two"), client.takeReceived());
        CPPUNIT_ASSERT_EQUAL(std::string(), client.received());
    }

    // A handler that looks at lent bytes after it received again sees that they are gone: kept
    // short, so that the bytes lie in the connection itself and can still be looked at here.
    void takesLentBytesBack() {
        LoopbackConnection client;
        client.send("abc");
        client.send("abc");
        const auto lent = client.receive();
        client.write(lent.first(1));
        client.wait({}, std::chrono::milliseconds(0));
        client.write(lent.subspan(1));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), client.received());
        std::array<std::byte, 1> other{};
        CPPUNIT_ASSERT(client.read(other));
        CHECK(text(lent) != "abc");
    }

    void keepsTheEndOfInput() {
        LoopbackConnection client;
        client.finishSending();
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(!client.receive());
        client.writeText("still open");
        CPPUNIT_ASSERT_EQUAL(std::string("still open"), client.received());
    }

    void refusesToSendAfterTheEnd() {
        LoopbackConnection client;
        client.finishSending();
        CPPUNIT_ASSERT_THROW(client.send("x"), std::logic_error);
    }

    void waitsForTheClient() {
        LoopbackConnection client;
        auto received = std::async(std::launch::async, [&] { return text(client.receive()); });
        const bool waits = received.wait_for(20ms) == std::future_status::timeout;
        client.send("late");
        CPPUNIT_ASSERT_EQUAL(std::string("late"), received.get());
        CPPUNIT_ASSERT(waits);
    }

    void timesOut() {
        LoopbackConnection client;
        client.setTimeout(20ms);
        const auto begin = Clock::now();
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), TimedOut);
        CHECK(Clock::now() - begin >= 20ms);
        client.send("then");
        CPPUNIT_ASSERT_EQUAL(std::string("then"), text(client.receive()));
    }

    void throwsAfterAReset() {
        LoopbackConnection client;
        client.send("lost");
        client.reset();
        CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), ConnectionLost);
        CPPUNIT_ASSERT_THROW(client.writeText("x"), ConnectionLost);
        CPPUNIT_ASSERT_THROW(client.finish(), ConnectionLost);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.received());
    }

    void wakesAHandlerWhenReset() {
        LoopbackConnection client;
        client.setTimeout(0ms);
        auto lost = std::async(std::launch::async, [&] {
            try {
                return client.receive().size() == 99;
            } catch (const ConnectionLost&) {
                return true;
            }
        });
        client.reset();
        CPPUNIT_ASSERT(lost.get());
    }

    void refusesToWriteAfterFinish() {
        LoopbackConnection client;
        CPPUNIT_ASSERT(!client.finished());
        client.finish();
        CPPUNIT_ASSERT(client.finished());
        CPPUNIT_ASSERT_THROW(client.writeText("x"), std::logic_error);
    }

    void receivesAfterFinish() {
        LoopbackConnection client;
        client.finish();
        client.send("rest");
        CPPUNIT_ASSERT_EQUAL(std::string("rest"), text(client.receive()));
    }

    void waitTellsInput() {
        LoopbackConnection client;
        client.send("x");
        const auto result = client.wait({}, -1ms, ClientEvent::Input | ClientEvent::Finished);
        CHECK(result.client == ClientEvent::Input);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), text(client.receive()));
        CPPUNIT_ASSERT(client.wait({}, 0ms, ClientEvent::Input).timedOut());
    }

    void waitTellsTheEndOfInput() {
        LoopbackConnection client;
        client.finishSending();
        const auto result = client.wait({}, -1ms, ClientEvent::Input | ClientEvent::Finished);
        CHECK(result.client == (ClientEvent::Input | ClientEvent::Finished));
    }

    void waitAlwaysTellsALoss() {
        LoopbackConnection client;
        auto waiting = std::async(std::launch::async, [&] { return client.wait({}, -1ms); });
        client.reset();
        CHECK(waiting.get().client == ClientEvent::Lost);
    }

    void waitTimesOut() {
        LoopbackConnection client;
        const auto begin = Clock::now();
        CPPUNIT_ASSERT(client.wait({}, 20ms, ClientEvent::Input).timedOut());
        CHECK(Clock::now() - begin >= 20ms);
    }

    void waitIgnoresWhatIsNotWatched() {
        LoopbackConnection client;
        client.send("x");
        CPPUNIT_ASSERT(client.wait({}, 5ms).timedOut());
        CPPUNIT_ASSERT(client.wait({}, 5ms, ClientEvent::Finished).timedOut());
    }

    void waitTellsReadyDescriptors() {
        LoopbackConnection client;
        const Event ready;
        const Event silent;
        ready.raise();
        std::array watched{silent.watched(), ready.watched()};
        const auto result = client.wait(watched, -1ms, ClientEvent::Input);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.descriptors);
        CHECK(result.client == ClientEvent::None);
        CPPUNIT_ASSERT_EQUAL(0, static_cast<int>(watched[0].revents));
        CPPUNIT_ASSERT_EQUAL(POLLIN, static_cast<int>(watched[1].revents));
    }

    void waitWatchesBothAtOnce() {
        LoopbackConnection client;
        const Event event;
        std::array watched{event.watched()};
        auto waiting = std::async(std::launch::async,
                                  [&] { return client.wait(watched, -1ms, ClientEvent::Input); });
        client.send("x");
        const auto first = waiting.get();
        CHECK(first.client == ClientEvent::Input);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, first.descriptors);

        event.raise();
        const auto second = client.wait(watched, -1ms, ClientEvent::Input);
        CHECK(second.client == ClientEvent::Input);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, second.descriptors);
    }

    void waitForReceivedWaitsForTheHandler() {
        LoopbackConnection client;
        CPPUNIT_ASSERT(!client.waitForReceived("hello", 5ms));
        auto handler = std::async(std::launch::async, [&] {
            client.writeText("he");
            client.writeText("llo");
        });
        CPPUNIT_ASSERT(client.waitForReceived("hello", 10s));
    }

    void tellsItsAddresses() {
        const LoopbackConnection client("192.0.2.1:7");
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.1:7"), std::string(client.peer()));
        CPPUNIT_ASSERT(!client.local().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LoopbackConnectionTest);

}  // namespace
}  // namespace berth::test
