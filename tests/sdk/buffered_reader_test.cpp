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
#include <vector>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"

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
    CPPUNIT_TEST_SUITE_END();

    testing::LoopbackConnection client_;
    BufferedReader reader_{client_};

    void send(std::initializer_list<std::string_view> pieces) {
        for (const auto piece : pieces) client_.send(piece);
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
        CPPUNIT_ASSERT((allLines() == Lines{"one", "", "two"}));
    }

    void readsLinesThatCameTogether() {
        send({"one\ntwo\r\nth", "ree\n"});
        CPPUNIT_ASSERT((allLines() == Lines{"one", "two", "three"}));
        CPPUNIT_ASSERT(reader_.pending().empty());
    }

    void returnsAnUnfinishedLineAtTheEnd() {
        send({"one\n", "tw", "o"});
        CPPUNIT_ASSERT((allLines() == Lines{"one", "two"}));
        CPPUNIT_ASSERT(!reader_.readLine(100));
    }

    void takesALineAsLongAsTheLimit() {
        send({"1234\n1234\r\n", "1234", "\r", "\n1234"});
        CPPUNIT_ASSERT((allLines(4) == Lines{"1234", "1234", "1234", "1234"}));
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
        CPPUNIT_ASSERT(reader_.pending().size() <= 5'000);
    }

    void readsLinesBetweenOtherCalls() {
        send({"one\ntwo\nthree", "\nfour\nfi", "ve\n"});
        CPPUNIT_ASSERT_EQUAL(std::string("one"), reader_.readLine(10).value_or(""));
        CPPUNIT_ASSERT_EQUAL(std::string("two\nthree"), std::string(reader_.pending()));
        reader_.consume(3);
        CPPUNIT_ASSERT(reader_.fill() == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("\nthree\nfour\nfi"), std::string(reader_.pending()));
        reader_.consume(12);
        CPPUNIT_ASSERT((allLines() == Lines{"five"}));
    }

    void fillAppends() {
        send({"ab", "cd"});
        client_.finishSending();
        CPPUNIT_ASSERT(reader_.fill() == Fill::Data);
        CPPUNIT_ASSERT(reader_.fill() == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("abcd"), std::string(reader_.pending()));
        CPPUNIT_ASSERT(reader_.fill() == Fill::End);
        CPPUNIT_ASSERT_EQUAL(std::string("abcd"), std::string(reader_.pending()));
    }

    void fillWithinTellsAPause() {
        CPPUNIT_ASSERT(reader_.fillWithin(5ms) == Fill::Pause);
        send({"x"});
        CPPUNIT_ASSERT(reader_.fillWithin(10s) == Fill::Data);
        CPPUNIT_ASSERT_EQUAL(std::string("x"), std::string(reader_.pending()));
    }

    void fillWithinTellsTheEnd() {
        client_.finishSending();
        CPPUNIT_ASSERT(reader_.fillWithin(10s) == Fill::End);
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
        CPPUNIT_ASSERT(reader_.pending().empty());
        CPPUNIT_ASSERT(client_.receive().size() == 4);
    }

    void readsFewerAtTheEnd() {
        send({"ab"});
        client_.finishSending();
        reader_.fill();
        std::array<std::byte, 4> buffer{};
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, reader_.readExactly(buffer).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, reader_.readExactly(buffer).size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BufferedReaderTest);

}  // namespace
}  // namespace berth::test
