// tests/host/engine/contract/hang_up_contract.cpp - waiting when both sides have finished, and
// clients on Unix sockets, whose end looks like that from the start.
#include <array>
#include <string>

#include "contract_fixture.h"
#include "pipe.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using std::chrono::milliseconds;

class HangUpContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(HangUpContract);
    CPPUNIT_TEST(doesNotSpinOnceBothSidesHaveFinished);
    CPPUNIT_TEST(servesUnixClients);
    CPPUNIT_TEST(tellsThatAUnixClientClosed);
    CPPUNIT_TEST(doesNotSpinOnAUnixClientThatClosed);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void doesNotSpinOnceBothSidesHaveFinished() {
        serve([](Connection& client) {
            client.finish();
            CPPUNIT_ASSERT(has(client.wait({}, kForEver, ClientEvent::Finished).client,
                               ClientEvent::Finished));
            expectAFullWait(client);
        });
        connect().finishSending();
        settle();
    }

    void servesUnixClients() {
        serveUnix(echo);
        auto client = connect();
        const auto message = pattern(100'000);
        client.send(message);
        CHECK(client.receiveExactly(message.size()) == message);
        client.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        settle();
    }

    void tellsThatAUnixClientClosed() {
        serveUnix([](Connection& client) {
            CPPUNIT_ASSERT(has(client.wait({}, kForEver, ClientEvent::Finished).client,
                               ClientEvent::Finished));
            CPPUNIT_ASSERT(
                has(client.wait({}, kForEver, ClientEvent::Input).client, ClientEvent::Input));
        });
        connect().socket().close();
        settle();
    }

    void doesNotSpinOnAUnixClientThatClosed() {
        serveUnix([](Connection& client) {
            CPPUNIT_ASSERT(!client.receive());
            expectAFullWait(client);
        });
        connect().socket().close();
        settle();
    }

private:
    void serveUnix(Handler handler) {
        host::ListenAddress address;
        address.kind = host::ListenAddress::Kind::Unix;
        address.path = folder_ / "service.sock";
        serveAt(address, std::move(handler));
    }

    // A hang-up that nobody watches neither ends the wait early nor hides a descriptor.
    static void expectAFullWait(Connection& client) {
        const auto begun = Clock::now();
        CPPUNIT_ASSERT(client.wait({}, milliseconds(30)).timedOut());
        CHECK(Clock::now() - begun >= milliseconds(29));
        const Pipe ready;
        ready.fill();
        std::array watched{ready.readable()};
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, client.wait(watched, kForEver).descriptors);
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<HangUpContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<HangUpContract>);

}  // namespace
}  // namespace berth::test
