// tests/host/admission/access_list_test.cpp - the longest network decides.
#include "host/admission/access_list.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <initializer_list>
#include <string_view>
#include <vector>

namespace berth::test {
namespace {

using host::AccessList;
using host::Network;
using host::PeerAddress;

std::vector<Network> networks(std::initializer_list<std::string_view> texts) {
    std::vector<Network> parsed;
    for (const auto text : texts) parsed.push_back(ValueCodec<Network>::parse({text, {}}));
    return parsed;
}

PeerAddress peer(std::string_view text) {
    return host::parsePeerAddress(text).value();
}

PeerAddress unixPeer() {
    PeerAddress address;
    address.unixSocket = true;
    return address;
}

class AccessListTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessListTest);
    CPPUNIT_TEST(permitsEveryoneWithoutRules);
    CPPUNIT_TEST(permitsOnlyWhatIsAllowed);
    CPPUNIT_TEST(deniesOnlyWhatIsDenied);
    CPPUNIT_TEST(prefersTheLongerNetwork);
    CPPUNIT_TEST(prefersDenyAtEqualLength);
    CPPUNIT_TEST(keepsFamiliesApart);
    CPPUNIT_TEST(treatsUnixPeersAsANetwork);
    CPPUNIT_TEST_SUITE_END();

public:
    void permitsEveryoneWithoutRules() {
        const AccessList list;
        CPPUNIT_ASSERT(list.permits(peer("10.1.2.3")));
        CPPUNIT_ASSERT(list.permits(peer("2001:db8::1")));
        CPPUNIT_ASSERT(list.permits(unixPeer()));
    }

    void permitsOnlyWhatIsAllowed() {
        const AccessList list(networks({"10.0.0.0/8", "::1"}), {});
        CPPUNIT_ASSERT(list.permits(peer("10.255.0.1")));
        CPPUNIT_ASSERT(list.permits(peer("::1")));
        CPPUNIT_ASSERT(!list.permits(peer("11.0.0.1")));
        CPPUNIT_ASSERT(!list.permits(peer("::2")));
        CPPUNIT_ASSERT(!list.permits(unixPeer()));
    }

    void deniesOnlyWhatIsDenied() {
        const AccessList list({}, networks({"10.0.0.0/8"}));
        CPPUNIT_ASSERT(!list.permits(peer("10.0.0.1")));
        CPPUNIT_ASSERT(list.permits(peer("11.0.0.1")));
    }

    void prefersTheLongerNetwork() {
        const AccessList hole(networks({"10.0.0.0/8"}), networks({"10.1.0.0/16"}));
        CPPUNIT_ASSERT(hole.permits(peer("10.2.0.1")));
        CPPUNIT_ASSERT(!hole.permits(peer("10.1.0.1")));

        const AccessList island(networks({"10.1.0.0/16"}), networks({"10.0.0.0/8"}));
        CPPUNIT_ASSERT(island.permits(peer("10.1.0.1")));
        CPPUNIT_ASSERT(!island.permits(peer("10.2.0.1")));
    }

    void prefersDenyAtEqualLength() {
        const AccessList list(networks({"10.0.0.0/8"}), networks({"10.0.0.0/8"}));
        CPPUNIT_ASSERT(!list.permits(peer("10.0.0.1")));
    }

    void keepsFamiliesApart() {
        const AccessList sixOnly(networks({"::/0"}), {});
        CPPUNIT_ASSERT(sixOnly.permits(peer("2001:db8::1")));
        CPPUNIT_ASSERT(!sixOnly.permits(peer("10.0.0.1")));
        const AccessList fourOnly(networks({"0.0.0.0/0"}), {});
        CPPUNIT_ASSERT(fourOnly.permits(peer("10.0.0.1")));
        CPPUNIT_ASSERT(!fourOnly.permits(peer("2001:db8::1")));
    }

    void treatsUnixPeersAsANetwork() {
        CPPUNIT_ASSERT(AccessList(networks({"unix"}), {}).permits(unixPeer()));
        CPPUNIT_ASSERT(AccessList(networks({"any"}), {}).permits(unixPeer()));
        CPPUNIT_ASSERT(!AccessList({}, networks({"unix"})).permits(unixPeer()));
        CPPUNIT_ASSERT(!AccessList(networks({"unix"}), {}).permits(peer("127.0.0.1")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessListTest);

}  // namespace
}  // namespace berth::test
