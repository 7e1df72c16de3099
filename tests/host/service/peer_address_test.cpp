// tests/host/service/peer_address_test.cpp - addresses as admission and the log see them.
#include "host/service/peer_address.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "host/listen/printable_address.h"

namespace berth::test {
namespace {

using Poco::Net::AddressFamily;
using Poco::Net::SocketAddress;

class PeerAddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PeerAddressTest);
    CPPUNIT_TEST(agreesWithTheConfigurationsAddresses);
    CPPUNIT_TEST(knowsUnixPeers);
    CPPUNIT_TEST(printsWithPort);
    CPPUNIT_TEST_SUITE_END();

public:
    void agreesWithTheConfigurationsAddresses() {
        for (const std::string text : {"10.1.2.3", "255.255.255.255", "::1", "2001:db8::ff00:42"}) {
            CPPUNIT_ASSERT_MESSAGE(text, host::peerAddress(SocketAddress(text, 80)) ==
                                             host::parsePeerAddress(text).value());
        }
        CPPUNIT_ASSERT(host::peerAddress(SocketAddress("10.0.0.1", 1)).isIpv4());
        CPPUNIT_ASSERT(!host::peerAddress(SocketAddress("::1", 1)).isIpv4());
    }

    void knowsUnixPeers() {
        const SocketAddress nameless(AddressFamily::UNIX_LOCAL, "");
        CPPUNIT_ASSERT(host::peerAddress(nameless).unixSocket);
        CPPUNIT_ASSERT(!host::peerAddress(SocketAddress("10.0.0.1", 1)).unixSocket);
        CPPUNIT_ASSERT_EQUAL(std::string("unix"), host::printable(nameless));
        CPPUNIT_ASSERT_EQUAL(
            std::string("unix:/run/x.sock"),
            host::printable(SocketAddress(AddressFamily::UNIX_LOCAL, "/run/x.sock")));
    }

    void printsWithPort() {
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:51515"),
                             host::printable(SocketAddress("127.0.0.1", 51515)));
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:51515"),
                             host::printable(SocketAddress("::1", 51515)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PeerAddressTest);

}  // namespace
}  // namespace berth::test
