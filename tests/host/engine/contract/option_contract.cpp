// tests/host/engine/contract/option_contract.cpp - the socket options that a service asks for.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string>

#include "contract_fixture.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class OptionContract : public ContractFixture {
    CPPUNIT_TEST_SUITE(OptionContract);
    CPPUNIT_TEST(sendsSmallMessagesAtOnceUnlessTold);
    CPPUNIT_TEST(keepsIdleConnectionsAliveUnlessTold);
    CPPUNIT_TEST(takesEachOptionForUnixClientsToo);
    CPPUNIT_TEST(namesTheClientAndItself);
    CPPUNIT_TEST_SUITE_END_ABSTRACT();

    void sendsSmallMessagesAtOnceUnlessTold() {
        for (const bool nodelay : {true, false}) {
            CPPUNIT_ASSERT_EQUAL(
                nodelay, option(IPPROTO_TCP, TCP_NODELAY, {.nodelay = nodelay, .keepalive = true}));
        }
    }

    void keepsIdleConnectionsAliveUnlessTold() {
        for (const bool keepalive : {true, false}) {
            CPPUNIT_ASSERT_EQUAL(keepalive, option(SOL_SOCKET, SO_KEEPALIVE,
                                                   {.nodelay = true, .keepalive = keepalive}));
        }
    }

    void takesEachOptionForUnixClientsToo() {
        for (const bool on : {true, false}) {
            const TemporaryFolder folder;
            host::ListenAddress address;
            address.kind = host::ListenAddress::Kind::Unix;
            address.path = folder / "service.sock";
            serveAt(address, [](Connection& client) { client.writeText("hello"); }, {.nodelay = on},
                    {.nodelay = on, .keepalive = on});
            CPPUNIT_ASSERT_EQUAL(std::string("hello"), connect().receiveAll());
            settle();
        }
    }

    void namesTheClientAndItself() {
        serve([](Connection& client) {
            CPPUNIT_ASSERT_EQUAL(std::string("client"), std::string(client.peer()));
            CPPUNIT_ASSERT_EQUAL(std::string("server"), std::string(client.local()));
        });
        const auto client = connect();
        settle();
    }

private:
    bool option(int level, int name, const host::ListenOptions& options) {
        serveAt(
            loopback(),
            [](Connection& client) {
                client.writeText("ready");
                echo(client);
            },
            {.nodelay = options.nodelay}, options);
        auto client = connect();
        CPPUNIT_ASSERT_EQUAL(std::string("ready"), client.receiveExactly(5));
        int value = 0;
        socklen_t size = sizeof value;
        const auto descriptor = engine().client()->socket.impl()->sockfd();
        CPPUNIT_ASSERT_EQUAL(0, ::getsockopt(descriptor, level, name, &value, &size));
        return value != 0;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OnThreads<OptionContract>);
CPPUNIT_TEST_SUITE_REGISTRATION(OnFibers<OptionContract>);

}  // namespace
}  // namespace berth::test
