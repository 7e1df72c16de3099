// tests/host/engine/contract/ending_contract.cpp - how a connection ends, and who ends it.
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "support/check.h"
#include "support/fastest.h"

namespace berth::test {
namespace {

using host::ConnectionEnd;
using std::chrono::milliseconds;

const std::string kMuch(std::size_t{16} << 20, 'x');

class EndingContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(EndingContract);
    CPPUNIT_TEST(throwsOnAResetWhileReceiving);
    CPPUNIT_TEST(throwsOnAResetWhileWriting);
    CPPUNIT_TEST(throwsWhenWritingToNobody);
    CPPUNIT_TEST(tellsAHandlerThatEndedFromAClientThatDid);
    CPPUNIT_TEST(endsOnlyTheClientOfAHandlerThatThrows);
    CPPUNIT_TEST(endsOnlyAClientThatCannotBePrepared);
    CPPUNIT_TEST(endsAClientWhoseHandlerNeverReads);
    CPPUNIT_TEST(keepsTheLastReplyWhenBytesWereUnread);
    CPPUNIT_TEST(closesAtOnceWhenNothingIsUnread);
    CPPUNIT_TEST(lingersForALimitedTimeOnly);
    CPPUNIT_TEST(destroysTheEngineOnlyAfterItsLastClient);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void throwsOnAResetWhileReceiving() {
        serve([](Connection& client) {
            client.writeText("ready");
            static_cast<void>(client.receive());
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        client.reset();
        expectEnd(ConnectionEnd::Reset);
    }

    void throwsOnAResetWhileWriting() {
        serve([](Connection& client) { client.writeText(kMuch); });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1000}, client.receiveExactly(1000).size());
        client.reset();
        expectEnd(ConnectionEnd::Reset);
    }

    void throwsWhenWritingToNobody() {
        Latch gone;
        serve([&](Connection& client) {
            CPPUNIT_ASSERT(gone.pass());
            CPPUNIT_ASSERT_THROW(client.writeText(kMuch), ConnectionLost);
            CPPUNIT_ASSERT_THROW(client.writeText("more"), ConnectionLost);
        });
        auto client = connect();
        CPPUNIT_ASSERT(engine().client());
        client.reset();
        gone.open();
        settle();
    }

    void tellsAHandlerThatEndedFromAClientThatDid() {
        serve(echo);
        connect().finishSending();
        expectEnd(ConnectionEnd::ClosedByClient);
        serve([](Connection& client) { client.writeText("bye"); });
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), connect().receiveAll());
        expectEnd(ConnectionEnd::Finished);
    }

    void endsOnlyTheClientOfAHandlerThatThrows() {
        std::atomic<int> next{0};
        serve([&](Connection& client) {
            switch (next++) {
                case 0:
                    return echo(client);
                case 1:
                    throw std::runtime_error("of the standard library");
                case 2:
                    throw 42;
                case 3:
                    throw ProtocolError("nonsense");
                default:
                    static_cast<void>(std::string("short").at(99));
            }
        });
        auto good = connect();
        for (int i = 1; i <= 4; ++i) {
            good.send("x");
            CPPUNIT_ASSERT_EQUAL(std::string("x"), good.receiveExactly(1));
            CPPUNIT_ASSERT_EQUAL(std::string(), connect().receiveAll());
        }
        good.finishSending();
        engine().awaitAll();
        const auto served = engine().client(4);
        CPPUNIT_ASSERT_EQUAL(std::string("of the standard library"),
                             engine().client(1)->ending.detail);
        CHECK(engine().client(2)->ending.end == ConnectionEnd::Failed);
        CHECK(engine().client(3)->ending.end == ConnectionEnd::ProtocolError);
        CHECK(served->ending.end == ConnectionEnd::Failed);
        CHECK(engine().client(0)->ending.end == ConnectionEnd::ClosedByClient);
    }

    void endsOnlyAClientThatCannotBePrepared() {
        serve(echo);
        auto good = connect();
        good.send("x");
        CPPUNIT_ASSERT_EQUAL(std::string("x"), good.receiveExactly(1));
        engine().failToPrepare();
        CPPUNIT_ASSERT_EQUAL(std::string(), connect().receiveAll());
        good.send("y");
        CPPUNIT_ASSERT_EQUAL(std::string("y"), good.receiveExactly(1));
        good.finishSending();
        settle();
    }

    void endsAClientWhoseHandlerNeverReads() {
        serve([](Connection& client) {
            client.wait({}, kForEver, ClientEvent::Input);
            client.writeText("bye");
        });
        auto client = connect();
        client.send(pattern(2000));
        CPPUNIT_ASSERT_EQUAL(std::string("bye"), client.receiveAll());
        client.socket().close();
        settle();
    }

    void keepsTheLastReplyWhenBytesWereUnread() {
        const auto reply = pattern(100'000);
        Latch sent;
        serve([&](Connection& client) {
            CPPUNIT_ASSERT(sent.pass());
            client.writeText(reply);
        });
        auto client = connect();
        client.send(std::string(50'000, 'x'));
        const auto served = engine().client();
        CPPUNIT_ASSERT(waitUntil([&] { return served->socket.available() == 50'000; }));
        sent.open();
        CHECK(client.receiveAll() == reply);  // a reset would throw
        client.socket().close();
        settle();
    }

    void closesAtOnceWhenNothingIsUnread() {
        const auto took = fastest(milliseconds(900), [&] {
            serve([](Connection&) {});
            const auto begun = Clock::now();
            auto client = connect();
            CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
            settle();  // though the client is still there
            return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
        });
        CHECK(took <= milliseconds(900));
    }

    void lingersForALimitedTimeOnly() {
        serve([](Connection& client) { client.wait({}, milliseconds(-1), ClientEvent::Input); });
        const auto begun = Clock::now();
        auto client = connect();
        client.send("unread");
        settle();  // though the client neither reads nor closes
        CHECK(Clock::now() - begun < std::chrono::seconds(15));
    }

    void destroysTheEngineOnlyAfterItsLastClient() {
        serve([](Connection& client) {
            client.writeText("ready");
            echo(client);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        auto destroyed = std::async(std::launch::async, [&] { engine().destroyEngine(); });
        client.send("still here");
        CPPUNIT_ASSERT_EQUAL(std::string("still here"), client.receiveExactly(10));
        CHECK(destroyed.wait_for(milliseconds(20)) == std::future_status::timeout);
        client.finishSending();
        destroyed.get();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, engine().ended());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<EndingContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<EndingContract>);

}  // namespace
}  // namespace berth::test
