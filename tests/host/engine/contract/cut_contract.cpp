// tests/host/engine/contract/cut_contract.cpp - a kill or a drain wherever a handler is.
#include <array>
#include <string>

#include "berth/errors.h"
#include "contract_fixture.h"
#include "latch.h"
#include "pipe.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ConnectionEnd;
using host::CutReason;
using std::chrono::milliseconds;

class CutContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(CutContract);
    CPPUNIT_TEST(endsAHandlerThatReceives);
    CPPUNIT_TEST(endsAHandlerThatReadsExactly);
    CPPUNIT_TEST(endsAHandlerThatWrites);
    CPPUNIT_TEST(endsAHandlerThatWaitsForADescriptor);
    CPPUNIT_TEST(endsAHandlerThatWaitsThoughBothSidesHaveFinished);
    CPPUNIT_TEST(endsAHandlerAtItsNextCallAfterBlockingWork);
    CPPUNIT_TEST(endsAHandlerAtItsNextWait);
    CPPUNIT_TEST(endsAHandlerThatPaysNoHeedAtEachCall);
    CPPUNIT_TEST(keepsTheFirstReason);
    CPPUNIT_TEST(endsManyAtOnce);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void endsAHandlerThatReceives() {
        expectCut([](Connection& client) { static_cast<void>(client.receive()); });
    }

    void endsAHandlerThatReadsExactly() {
        expectCut([](Connection& client) {
            std::array<std::byte, 10> buffer{};
            static_cast<void>(client.readExactly(buffer));
        });
    }

    void endsAHandlerThatWrites() {
        const std::string much(std::size_t{64} << 20, 'x');
        expectCut([&](Connection& client) { client.writeText(much); });
    }

    void endsAHandlerThatWaitsForADescriptor() {
        const Pipe idle;
        expectCut([&](Connection& client) {
            std::array watched{idle.readable()};
            for (;;) client.wait(watched, kForEver);
        });
    }

    void endsAHandlerThatWaitsThoughBothSidesHaveFinished() {
        serve([&](Connection& client) {
            client.writeText("ready");
            client.finish();
            client.wait({}, kForEver, ClientEvent::Finished);
            for (;;) client.wait({}, kForEver);
        });
        auto client = connect();
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveAll());
        cutAndExpect(CutReason::Drained, ConnectionEnd::Drained);
    }

    void endsAHandlerAtItsNextCallAfterBlockingWork() {
        Latch cut;
        serve([&](Connection& client) {
            client.writeText("ready");
            CPPUNIT_ASSERT(cut.pass());
            static_cast<void>(client.receive());
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        engine().cutAll(CutReason::Killed);
        cut.open();
        expectEnd(ConnectionEnd::Killed);
    }

    void endsAHandlerAtItsNextWait() {
        Latch cut;
        serve([&](Connection& client) {
            client.writeText("ready");
            CPPUNIT_ASSERT(cut.pass());
            CPPUNIT_ASSERT_THROW(client.wait({}, kForEver), ConnectionLost);
            CPPUNIT_ASSERT_THROW(client.wait({}, milliseconds(0)), ConnectionLost);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        engine().cutAll(CutReason::Killed);
        cut.open();
        settle();
    }

    void endsAHandlerThatPaysNoHeedAtEachCall() {
        expectCut([](Connection& client) {
            try {
                static_cast<void>(client.receive());
            } catch (const ConnectionLost&) {
                CPPUNIT_ASSERT_THROW(static_cast<void>(client.receive()), ConnectionLost);
                CPPUNIT_ASSERT_THROW(client.writeText("x"), ConnectionLost);
                throw;
            }
        });
    }

    void keepsTheFirstReason() {
        serve([](Connection& client) {
            client.writeText("ready");
            static_cast<void>(client.receive());
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        engine().cutAll(CutReason::Lifetime);
        cutAndExpect(CutReason::Killed, ConnectionEnd::Lifetime);
    }

    void endsManyAtOnce() {
        serve([](Connection& client) {
            client.writeText("ready");
            echo(client);
        });
        std::vector<TcpClient> clients;
        for (int i = 0; i < 200; ++i) clients.push_back(connect());
        for (auto& client : clients) {
            CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        }
        engine().cutAll(CutReason::Drained);
        engine().awaitAll();
        for (std::size_t i = 0; i < clients.size(); ++i) {
            CHECK(engine().client(i)->ending.end == ConnectionEnd::Drained);
        }
    }

private:
    // `rest` is what the handler is at when it is cut.
    void expectCut(Handler rest) {
        serve([&](Connection& client) {
            client.writeText("ready");
            rest(client);
        });
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        cutAndExpect(CutReason::Killed, ConnectionEnd::Killed);
    }

    void cutAndExpect(CutReason reason, ConnectionEnd end) {
        engine().cutAll(reason);
        expectEnd(end);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<CutContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<CutContract>);

}  // namespace
}  // namespace berth::test
