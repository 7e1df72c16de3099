// tests/host/net/network_test.cpp - address ranges and who is inside.
#include "host/net/network.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "support/check.h"

namespace berth::test {
namespace {

using host::Network;
using host::parsePeerAddress;
using host::PeerAddress;

class NetworkTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NetworkTest);
    CPPUNIT_TEST(holdsTheAddressesOfItsPrefix);
    CPPUNIT_TEST(tellsIpv4FromIpv6);
    CPPUNIT_TEST(agreesWithEveryPrefixLength);
    CPPUNIT_TEST(knowsAnyAndUnix);
    CPPUNIT_TEST(readsBackWhatItWrote);
    CPPUNIT_TEST(refusesHostBits);
    CPPUNIT_TEST(refusesWhatIsNoNetwork);
    CPPUNIT_TEST_SUITE_END();

    static Network parse(std::string_view text) {
        const std::filesystem::path directory;
        return ValueCodec<Network>::parse({text, directory});
    }

    static bool holds(std::string_view network, std::string_view address) {
        const auto peer = parsePeerAddress(address);
        CPPUNIT_ASSERT_MESSAGE(std::string(address), peer.has_value());
        return parse(network).contains(*peer);
    }

public:
    void holdsTheAddressesOfItsPrefix() {
        CPPUNIT_ASSERT(holds("10.0.0.0/8", "10.255.0.1"));
        CPPUNIT_ASSERT(!holds("10.0.0.0/8", "11.0.0.0"));
        CPPUNIT_ASSERT(holds("192.168.1.7", "192.168.1.7"));
        CPPUNIT_ASSERT(!holds("192.168.1.7", "192.168.1.6"));
        CPPUNIT_ASSERT(holds("172.16.0.0/12", "172.31.255.255"));
        CPPUNIT_ASSERT(!holds("172.16.0.0/12", "172.32.0.0"));
        CPPUNIT_ASSERT(holds("2001:db8::/32", "2001:db8:ffff::1"));
        CPPUNIT_ASSERT(!holds("2001:db8::/32", "2001:db9::"));
        CPPUNIT_ASSERT(holds("fe80::/10", "fe80::1%eth0"));
    }

    void tellsIpv4FromIpv6() {
        CPPUNIT_ASSERT(holds("0.0.0.0/0", "1.2.3.4"));
        CPPUNIT_ASSERT(!holds("0.0.0.0/0", "::1"));
        CPPUNIT_ASSERT(holds("::/0", "::1"));
        CPPUNIT_ASSERT(!holds("::/0", "1.2.3.4"));
        CPPUNIT_ASSERT(holds("127.0.0.0/8", "::ffff:127.0.0.1"));
        CHECK(parsePeerAddress("::ffff:1.2.3.4") == parsePeerAddress("1.2.3.4"));
    }

    void agreesWithEveryPrefixLength() {
        const auto all = *parsePeerAddress("255.255.255.255");
        for (unsigned prefix = 0; prefix <= 32; ++prefix) {
            const auto bits = prefix == 0 ? 0U : 0xffffffffU << (32 - prefix);
            const auto text = std::to_string(bits >> 24) + "." + std::to_string(bits >> 16 & 255) +
                              "." + std::to_string(bits >> 8 & 255) + "." +
                              std::to_string(bits & 255) + "/" + std::to_string(prefix);
            CPPUNIT_ASSERT_MESSAGE(text, parse(text).contains(all));
            CPPUNIT_ASSERT_EQUAL(prefix + 96, parse(text).prefix);
            CPPUNIT_ASSERT_EQUAL(prefix == 0, holds(text, "127.255.255.255"));
        }
    }

    void knowsAnyAndUnix() {
        const PeerAddress local{.bytes = {}, .unixSocket = true};
        CPPUNIT_ASSERT(holds("any", "1.2.3.4"));
        CPPUNIT_ASSERT(holds("any", "::1"));
        CPPUNIT_ASSERT(parse("any").contains(local));
        CPPUNIT_ASSERT(parse("unix").contains(local));
        CPPUNIT_ASSERT(!holds("unix", "::"));
        CPPUNIT_ASSERT(!parse("::/0").contains(local));
        CHECK(parse("unix").prefix > parse("any").prefix);
    }

    void readsBackWhatItWrote() {
        for (const auto* text : {"any", "unix", "10.0.0.0/8", "1.2.3.4", "::1", "2001:db8::/32",
                                 "0.0.0.0/0", "::/0", "::ffff:0:0/96"}) {
            CPPUNIT_ASSERT_MESSAGE(text, parse(toString(parse(text))) == parse(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.0/8"), toString(parse("10.0.0.0/8")));
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), toString(parse("::1/128")));
    }

    void refusesHostBits() {
        try {
            (void)parse("10.0.0.1/8");
            CPPUNIT_FAIL("10.0.0.1/8 was accepted");
        } catch (const ValueError& error) {
            CPPUNIT_ASSERT_EQUAL(std::string("write \"10.0.0.0/8\""), error.suggestion());
        }
        CPPUNIT_ASSERT_THROW(parse("2001:db8::1/32"), ValueError);
    }

    void refusesWhatIsNoNetwork() {
        for (const auto* text :
             {"", "x", "10", "10.0.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
              "10.0.0.0/8/8", "10.0.0.0/0x8", "::/129", "fe80::1%eth0", "10.0.0.0 /8",
              "10.0.0.0/ 8", "Any", "/8", "localhost", "[::1]", "10.0.0.0/255.0.0.0", "127.1"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(text, parse(text), ValueError);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NetworkTest);

}  // namespace
}  // namespace berth::test
