// tests/sdk/buffered_reader_test.cpp - lines, exact counts and prefixes, however bytes are split.
#include "berth/buffered_reader.h"

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "support/check.h"
#include "support/growing_times.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;
using Fill = BufferedReader::Fill;
using Lines = std::vector<std::string>;

class BufferedReaderTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BufferedReaderTest);
    CPPUNIT_TEST(readsLinesSplitAtEveryByte);
    CPPUNIT_TEST(readsLinesThatCameTogether);
    CPPUNIT_TEST(returnsAnUnfinishedLineAtTheEnd);
    CPPUNIT_TEST(takesALineAsLongAsTheLimit);
    CPPUNIT_TEST(refusesALineBeyondTheLimit);
    CPPUNIT_TEST(refusesALineThatNeverEnds);
    CPPUNIT_TEST(readsLinesBetweenOtherCalls);
    CPPUNIT_TEST(fillAppends);
    CPPUNIT_TEST(fillWithinTellsAPause);
    CPPUNIT_TEST(fillWithinTellsTheEnd);
    CPPUNIT_TEST(fillWithinThrowsOnALoss);
    CPPUNIT_TEST(consumesFromTheFront);
    CPPUNIT_TEST(refusesToConsumeMoreThanThereIs);
    CPPUNIT_TEST(readsExactlyFromBothSides);
    CPPUNIT_TEST(readsFewerAtTheEnd);
    CPPUNIT_TEST(limitsTheTimeOfALine);
    CPPUNIT_TEST(limitsTheTimeOfAFrame);
    CPPUNIT_TEST(limitsTheTimeOfWhatIsFilled);
    CPPUNIT_TEST(countsFromTheFirstByteOfEachMessage);
    CPPUNIT_TEST(keepsTheConnectionsOwnTimeout);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::chrono::milliseconds kUsual{10'000};

    testing::LoopbackConnection client_;
    BufferedReader reader_{client_};

    void send(std::initializer_list<std::string_view> pieces) {
        for (const auto piece : pieces) client_.send(piece);
    }

    // Whether `read` gave up on a client that sends a byte now and then, and never a line's end.
    template <class Read>
    bool givesUp(Read read) {
        const std::jthread trickle([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                client_.send("x");
                std::this_thread::sleep_for(5ms);
            }
        });
        reader_.setMessageTimeout(60ms);
        try {
            read();
            return false;
        } catch (const TimedOut&) {
            return client_.timeout() == kUsual;
        }
    }

    // Three lines that take longer together than each one may.
    static bool readsLinesOneAfterTheOther(std::chrono::milliseconds limit) {
        testing::LoopbackConnection client;
        BufferedReader reader(client);
        reader.setMessageTimeout(limit);
        try {
            for (const auto* line : {"one\ntw", "o\nthr", "ee\n"}) {
                client.send(line);
                CPPUNIT_ASSERT(reader.readLine(100).has_value());
                std::this_thread::sleep_for(limit * 2 / 5);
            }
        } catch (const TimedOut&) {
            return false;
        }
        return true;
    }

    Lines allLines(std::size_t limit = 100) {
        client_.finishSending();
        Lines lines;
        while (auto line = reader_.readLine(limit)) lines.push_back(*std::move(line));
        return lines;
    }

public:
    void readsLinesSplitAtEveryByte() {
        for (const char c : std::string("one\r\n\ntwo\n")) client_.send({&c, 1});
        CHECK(allLines() == Lines{"one", "", "two"});
    }

    void readsLinesThatCameTogether() {
        send({"one\ntwo\r\nth", "ree\n"});
        CHECK(allLines() == Lines{"one", "two", "three"});
        CHECK(isEmpty(reader_.pending()));
    }

    void returnsAnUnfinishedLineAtTheEnd() {
        send({"one\n", "tw", "o"});
        CHECK(allLines() == Lines{"one", "two"});
        CPPUNIT_ASSERT(!reader_.readLine(100));
    }

    void takesALineAsLongAsTheLimit() {
        send({"1234\n1234\r\n", "1234", "\r", "\n1234"});
        CHECK(allLines(4) == Lines{"1234", "1234", "1234", "1234"});
    }

    void refusesALineBeyondTheLimit() {
        for (const auto* line : {"12345\n", "12345\r\n", "12345", "1234\rx", "1234\r"}) {
            testing::LoopbackConnection client;
            client.send(line);
            client.finishSending();
            BufferedReader reader(client);
            CPPUNIT_ASSERT_THROW_MESSAGE(line, static_cast<void>(reader.readLine(4)),
                                         ProtocolError);
        }
    }

    void refusesALineThatNeverEnds() {
        for (int i = 0; i < 100; ++i) client_.send(std::string(1'000, 'x'));
        CPPUNIT_ASSERT_THROW(static_cast<void>(reader_.readLine(4'096)), ProtocolError);
        CHECK(reader_.pending().size() <= 5'000);
    }

    void readsLinesBetweenOtherCalls() {
        send({"one\ntwo\nthree", "\nfour\nfi", "ve\n"});
        CPPUNIT_ASSERT_EQUAL(std::string("one"), reader_.readLine(10).value_or(""));
        CPPUNIT_ASSERT_EQUAL(std::string("two\nthree"), std::string(reader_.pending()));
        reader_.consume(3);
        CHECK(reader_.fill() == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("\nthree\nfour\nfi"), std::string(reader_.pending()));
        reader_.consume(12);
        CHECK(allLines() == Lines{"five"});
    }

    void fillAppends() {
        send({"ab", "cd"});
        client_.finishSending();
        CHECK(reader_.fill() == Fill::Data);
        CHECK(reader_.fill() == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("abcd"), std::string(reader_.pending()));
        CHECK(reader_.fill() == Fill::End);
        CPPUNIT_ASSERT_EQUAL(std::string("abcd"), std::string(reader_.pending()));
    }

    void fillWithinTellsAPause() {
        CHECK(reader_.fillWithin(5ms) == Fill::Pause);
        send({"x"});
        CHECK(reader_.fillWithin(10s) == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), std::string(reader_.pending()));
    }

    void fillWithinTellsTheEnd() {
        client_.finishSending();
        CHECK(reader_.fillWithin(10s) == Fill::End);
    }

    void fillWithinThrowsOnALoss() {
        client_.reset();
        CPPUNIT_ASSERT_THROW(reader_.fillWithin(10s), ConnectionLost);
    }

    void consumesFromTheFront() {
        send({"abcdef"});
        reader_.fill();
        reader_.consume(2);
        CPPUNIT_ASSERT_EQUAL(std::string("cdef"), std::string(reader_.pending()));
        send({"gh"});
        reader_.fill();
        reader_.consume(3);
        CPPUNIT_ASSERT_EQUAL(std::string("fgh"), std::string(reader_.pending()));
    }

    void refusesToConsumeMoreThanThereIs() {
        send({"ab"});
        reader_.fill();
        reader_.consume(1);
        CPPUNIT_ASSERT_THROW(reader_.consume(2), std::logic_error);
        CPPUNIT_ASSERT_EQUAL(std::string("b"), std::string(reader_.pending()));
    }

    void readsExactlyFromBothSides() {
        send({"head\nbo", "dy", "rest"});
        CPPUNIT_ASSERT_EQUAL(std::string("head"), reader_.readLine(100).value_or(""));
        std::array<std::byte, 4> buffer{};
        const auto bytes = reader_.readExactly(buffer);
        CPPUNIT_ASSERT_EQUAL(buffer.size(), bytes.size());
        CPPUNIT_ASSERT(std::ranges::equal(bytes, std::as_bytes(std::span("body", 4))));
        CHECK(isEmpty(reader_.pending()));
        CHECK(client_.receive().size() == 4);
    }

    void readsFewerAtTheEnd() {
        send({"ab"});
        client_.finishSending();
        reader_.fill();
        std::array<std::byte, 4> buffer{};
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, reader_.readExactly(buffer).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, reader_.readExactly(buffer).size());
    }

    void limitsTheTimeOfALine() {
        CPPUNIT_ASSERT(givesUp([this] { static_cast<void>(reader_.readLine(1'000'000)); }));
    }

    void limitsTheTimeOfAFrame() {
        std::vector<std::byte> frame(1'000'000);
        CPPUNIT_ASSERT(givesUp([&] { static_cast<void>(reader_.readExactly(frame)); }));
    }

    void limitsTheTimeOfWhatIsFilled() {
        CPPUNIT_ASSERT(givesUp([this] {
            while (reader_.fill() == Fill::Data) continue;
        }));
        CPPUNIT_ASSERT(givesUp([this] {
            while (reader_.fillWithin(10s) == Fill::Data) continue;
        }));
    }

    void countsFromTheFirstByteOfEachMessage() {
        client_.setTimeout(100ms);
        reader_.setMessageTimeout(5s);
        CPPUNIT_ASSERT_THROW(static_cast<void>(reader_.readLine(100)), TimedOut);  // no first byte
        CPPUNIT_ASSERT(withGrowingTimes(400ms, readsLinesOneAfterTheOther));
        client_.setTimeout(kUsual);
        reader_.setMessageTimeout(100ms);
        // What was never followed by more is not waited for.
        send({"four"});
        CPPUNIT_ASSERT_THROW(static_cast<void>(reader_.readLine(100)), TimedOut);
        CPPUNIT_ASSERT_THROW(static_cast<void>(reader_.fill()), TimedOut);
        reader_.setMessageTimeout(0ms);
        send({"\n"});
        CPPUNIT_ASSERT_EQUAL(std::string("four"), reader_.readLine(100).value_or(""));
    }

    void keepsTheConnectionsOwnTimeout() {
        client_.setTimeout(20ms);
        reader_.setMessageTimeout(60s);
        send({"half"});
        CPPUNIT_ASSERT_THROW(static_cast<void>(reader_.readLine(100)), TimedOut);
        CHECK(client_.timeout() == 20ms);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BufferedReaderTest);

}  // namespace
}  // namespace berth::test
