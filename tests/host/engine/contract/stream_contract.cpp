// tests/host/engine/contract/stream_contract.cpp - the byte stream of a Connection.
#include <array>
#include <future>
#include <string>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "support/check.h"
#include "support/sanitized.h"

namespace berth::test {
namespace {

constexpr std::size_t kMessage = scaled<std::size_t>(64, 8) << 20;

std::string receiveToTheEnd(Connection& client) {
    std::string received;
    while (const auto bytes = client.receive()) received += text(bytes);
    return received;
}

class StreamContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(StreamContract);
    CPPUNIT_TEST(movesALongMessageBothWays);
    CPPUNIT_TEST(writesToAClientThatReadsALittleAtATime);
    CPPUNIT_TEST(echoesWhileTheClientSendsAndReceivesAtOnce);
    CPPUNIT_TEST(receivesWhatDribblesInByteByByte);
    CPPUNIT_TEST(readsNoMoreThanTheBufferTakes);
    CPPUNIT_TEST(greetsAClientThatSaysNothing);
    CPPUNIT_TEST(goesOnReceivingAfterFinish);
    CPPUNIT_TEST(goesOnWritingAfterTheClientFinished);
    CPPUNIT_TEST(staysAtTheEndOfInput);
    CPPUNIT_TEST(findsAnEndThatCameWithTheLastBytes);
    CPPUNIT_TEST(findsAnEndThatFollowsTheLastBytesAtOnce);
    CPPUNIT_TEST(isNotStalledByUrgentData);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

public:
    void movesALongMessageBothWays() {
        const auto message = pattern(kMessage);
        serve([&](Connection& client) {
            CHECK(receiveToTheEnd(client) == message);
            client.writeText(message);
        });
        auto client = connect();
        client.send(message);
        client.finishSending();
        CHECK(client.receiveExactly(message.size()) == message);
        settle();
        const auto& record = *engine().client()->record;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()}, record.bytesIn());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{message.size()}, record.bytesOut());
    }

    void writesToAClientThatReadsALittleAtATime() {
        const auto message = pattern(std::size_t{16} << 20);
        serve([&](Connection& client) { client.writeText(message); });
        auto client = connect();
        std::string received;
        for (auto part = client.receiveOnce(); !part.empty(); part = client.receiveOnce()) {
            CHECK(message.compare(received.size(), part.size(), part) == 0);
            received += part;
        }
        CPPUNIT_ASSERT_EQUAL(message.size(), received.size());
        settle();
    }

    void echoesWhileTheClientSendsAndReceivesAtOnce() {
        serve(echo);
        const auto message = pattern(kMessage / 4, 3);
        auto client = connect();
        auto sent = std::async(std::launch::async, [&] {
            client.send(message);
            client.finishSending();
        });
        CHECK(client.receiveExactly(message.size()) == message);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        sent.get();
        settle();
    }

    void receivesWhatDribblesInByteByByte() {
        const auto message = pattern(500);
        serve([&](Connection& client) { CHECK(receiveToTheEnd(client) == message); });
        auto client = connect();
        for (const char byte : message) client.send({&byte, 1});
        client.finishSending();
        settle();
    }

    void readsNoMoreThanTheBufferTakes() {
        serve([](Connection& client) {
            std::array<std::byte, 3> buffer{};
            CPPUNIT_ASSERT_EQUAL(std::string("abc"), text(client.readExactly(buffer)));
            CPPUNIT_ASSERT_EQUAL(std::string("d"), text(client.read(std::span(buffer).first(1))));
            CPPUNIT_ASSERT_EQUAL(std::string("efg"), text(client.readExactly(buffer)));
            client.writeText("more");
            CPPUNIT_ASSERT_EQUAL(std::string("hi"), text(client.readExactly(buffer)));
        });
        auto client = connect();
        client.send("abcdefg");
        CPPUNIT_ASSERT_EQUAL(std::string("more"), client.receiveExactly(4));
        client.send("h");
        client.send("i");
        client.finishSending();
        settle();
    }

    void greetsAClientThatSaysNothing() {
        serve([](Connection& client) {
            client.writeText("");
            client.writeText("hello");
        });
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), connect().receiveAll());
        settle();
    }

    void goesOnReceivingAfterFinish() {
        serve([](Connection& client) {
            client.writeText("last");
            client.finish();
            client.finish();  // once is enough, twice is no error
            CPPUNIT_ASSERT_EQUAL(std::string("answer"), text(client.receive()));
            CPPUNIT_ASSERT_THROW(client.writeText("more"), ConnectionLost);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("last"), client.receiveAll());
        client.send("answer");
        settle();
    }

    void goesOnWritingAfterTheClientFinished() {
        serve([](Connection& client) {
            CPPUNIT_ASSERT(!client.receive());
            client.writeText("still here");
        });
        auto client = connect();
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), client.receiveAll());
        settle();
        CPPUNIT_ASSERT(engine().client()->record->endOfInput());
    }

    void staysAtTheEndOfInput() {
        serve([](Connection& client) {
            std::array<std::byte, 1> buffer{};
            for (int i = 0; i < 3; ++i) {
                CPPUNIT_ASSERT(!client.receive());
                CPPUNIT_ASSERT(!client.read(buffer));
            }
        });
        connect().finishSending();
        settle();
    }

    void findsAnEndThatCameWithTheLastBytes() {
        serve([](Connection& client) {
            CHECK(client.wait({}, kForEver, ClientEvent::Finished).client == ClientEvent::Finished);
            CPPUNIT_ASSERT_EQUAL(std::string("last"), text(client.receive()));
            CPPUNIT_ASSERT(!client.receive());
        });
        auto client = connect();
        client.send("last");
        client.finishSending();
        settle();
    }

    void findsAnEndThatFollowsTheLastBytesAtOnce() {
        serve([](Connection& client) {
            CPPUNIT_ASSERT_EQUAL(std::string("last"), receiveToTheEnd(client));
        });
        for (int i = 0; i < 300; ++i) {
            auto client = connect();
            client.send("last");
            client.finishSending();
        }
        settle();
    }

    void isNotStalledByUrgentData() {
        serve([](Connection& client) {
            // One urgent byte is kept out of the stream; the next takes its place.
            CPPUNIT_ASSERT_EQUAL(std::string("abcdef"), receiveToTheEnd(client));
            client.writeText("whole");
        });
        for (int i = 0; i < 50; ++i) {
            auto client = connect();
            if (i % 2 == 0) client.send("abc");
            if (i % 2 != 0) client.socket().sendBytes("abc!", 4, MSG_OOB);
            if (i % 2 == 0) client.socket().sendBytes("!", 1, MSG_OOB);
            client.send("def");
            client.finishSending();
            CPPUNIT_ASSERT_EQUAL(std::string("whole"), client.receiveAll());
        }
        settle();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<StreamContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<StreamContract>);

}  // namespace
}  // namespace berth::test
