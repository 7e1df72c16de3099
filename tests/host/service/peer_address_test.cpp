// tests/host/service/peer_address_test.cpp - addresses as admission sees them.
#include "host/service/peer_address.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "host/listen/socket_name.h"

namespace berth::test {
namespace {

using host::SocketName;
using Poco::Net::SocketAddress;

SocketName ip(const std::string& host, std::uint16_t port) {
    return SocketName(SocketAddress(host, port));
}

class PeerAddressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PeerAddressTest);
    CPPUNIT_TEST(agreesWithTheConfigurationsAddresses);
    CPPUNIT_TEST(knowsUnixPeers);
    CPPUNIT_TEST_SUITE_END();

public:
    void agreesWithTheConfigurationsAddresses() {
        for (const std::string text : {"10.1.2.3", "255.255.255.255", "::1", "2001:db8::ff00:42"}) {
            CPPUNIT_ASSERT_MESSAGE(
                text, host::peerAddress(ip(text, 80)) == host::parsePeerAddress(text).value());
        }
        CPPUNIT_ASSERT(host::peerAddress(ip("10.0.0.1", 1)).isIpv4());
        CPPUNIT_ASSERT(!host::peerAddress(ip("::1", 1)).isIpv4());
    }

    void knowsUnixPeers() {
        CPPUNIT_ASSERT(host::peerAddress(SocketName()).unixSocket);
        CPPUNIT_ASSERT(!host::peerAddress(ip("10.0.0.1", 1)).unixSocket);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PeerAddressTest);

}  // namespace
}  // namespace berth::test
