// tests/host/service/proxy_header_test.cpp - what is a PROXY header, what is not, what is too
// short.
#include "host/service/proxy_header.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <random>
#include <span>
#include <string>
#include <string_view>

#include "proxy_header_bytes.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ProxyHeader;

ProxyHeader parse(std::string_view bytes) {
    return host::parseProxyHeader(std::as_bytes(std::span(bytes)));
}

bool needsMore(const ProxyHeader& header) {
    return header.length == 0 && header.error.empty() && !header.source;
}

class ProxyHeaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProxyHeaderTest);
    CPPUNIT_TEST(readsVersion1);
    CPPUNIT_TEST(readsVersion2);
    CPPUNIT_TEST(leavesWhatFollowsAlone);
    CPPUNIT_TEST(passesOverTlvs);
    CPPUNIT_TEST(usesTheRealPeerForLocalAndUnknown);
    CPPUNIT_TEST(needsMoreAtEveryTruncation);
    CPPUNIT_TEST(refusesWhatIsNoHeader);
    CPPUNIT_TEST(refusesMalformedVersion1);
    CPPUNIT_TEST(limitsVersion1To107Bytes);
    CPPUNIT_TEST(refusesMalformedVersion2);
    CPPUNIT_TEST(limitsVersion2);
    CPPUNIT_TEST(survivesEveryChangedByteAndNoise);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsVersion1() {
        expect(kV1.size(), "192.0.2.1:56324", parse(kV1));
        const std::string six = "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n";
        expect(six.size(), "[2001:db8::1]:1", parse(six));
    }

    void readsVersion2() {
        expect(28, "192.0.2.1:56324", parse(v2(1, 0x11, kIpv4Addresses)));
        const std::string ipv6 = "\x20\x01\x0d\xb8" + std::string(11, '\0') + "\x07" +
                                 std::string(15, '\0') + "\x01" +
                                 std::string("\x00\x50\x01\xbb", 4);
        expect(52, "[2001:db8::7]:80", parse(v2(1, 0x21, ipv6)));
    }

    void leavesWhatFollowsAlone() {
        expect(kV1.size(), "192.0.2.1:56324", parse(kV1 + kV1));
        expect(28, "192.0.2.1:56324", parse(v2(1, 0x11, kIpv4Addresses) + "GET /\r\n"));
    }

    void passesOverTlvs() {
        const std::string authority(
            "\x02\x00\x0b"
            "example.org",
            14);
        expect(42, "192.0.2.1:56324", parse(v2(1, 0x11, kIpv4Addresses + authority)));
        expect(16 + 12 + 4084, "192.0.2.1:56324",
               parse(v2(1, 0x11, kIpv4Addresses + std::string(4084, '\x04'))));
    }

    void usesTheRealPeerForLocalAndUnknown() {
        expect(15, "", parse("PROXY UNKNOWN\r\n"));
        const std::string talkative = "PROXY UNKNOWN ffff::1 whatever 1 2\r\n";
        expect(talkative.size(), "", parse(talkative));
        expect(16, "", parse(v2(0, 0x00, "")));
        expect(28, "", parse(v2(0, 0x11, kIpv4Addresses)));
        expect(16, "", parse(v2(1, 0x00, "")));                           // unspecified
        expect(16 + 216, "", parse(v2(1, 0x31, std::string(216, 'u'))));  // Unix
        expect(28, "", parse(v2(1, 0x12, kIpv4Addresses)));               // UDP
    }

    void needsMoreAtEveryTruncation() {
        const std::string tlv("\x04\x00\x01\x00", 4);
        for (const auto& header : {kV1, std::string("PROXY UNKNOWN\r\n"),
                                   v2(1, 0x11, kIpv4Addresses + tlv), v2(0, 0, "")}) {
            for (std::size_t size = 0; size < header.size(); ++size) {
                CPPUNIT_ASSERT_MESSAGE(std::to_string(size),
                                       needsMore(parse(std::string_view(header).substr(0, size))));
            }
        }
    }

    void refusesWhatIsNoHeader() {
        using namespace std::string_view_literals;
        for (const auto bytes : {"GET / HTTP/1.1\r\n"sv, "\0"sv, "PROXy "sv, "proxy TCP4"sv,
                                 "\r\n\r\nQ"sv, "\x16\x03\x01"sv, "P\0"sv, " PROXY"sv}) {
            expectRefusal(parse(bytes));
        }
    }

    void refusesMalformedVersion1() {
        for (const auto* line :
             {"PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n",
              "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443 9\r\n",
              "PROXY TCP4  192.0.2.1 198.51.100.2 56324 443\r\n",
              "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443 \r\n",
              "PROXY TCP4 192.0.2.300 198.51.100.2 56324 443\r\n",
              "PROXY TCP4 ::1 ::1 56324 443\r\n", "PROXY TCP6 192.0.2.1 192.0.2.1 1 2\r\n",
              "PROXY TCP4 192.0.2.1 example.org 1 2\r\n",
              "PROXY TCP4 192.0.2.1 192.0.2.2 65536 1\r\n",
              "PROXY TCP4 192.0.2.1 192.0.2.2 -1 1\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 01 1\r\n",
              "PROXY TCP4 192.0.2.1 192.0.2.2 1 x\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2  1\r\n",
              "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", "PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n"}) {
            const auto header = parse(line);
            CPPUNIT_ASSERT_MESSAGE(line, !header.error.empty());
        }
    }

    void limitsVersion1To107Bytes() {
        const std::string start = "PROXY UNKNOWN ";
        const auto longest = start + std::string(105 - start.size(), 'x') + "\r\n";
        CPPUNIT_ASSERT_EQUAL(std::size_t{107}, longest.size());
        expect(107, "", parse(longest));
        const auto beyond = start + std::string(106 - start.size(), 'x') + "\r\n";
        CPPUNIT_ASSERT_EQUAL(std::size_t{108}, beyond.size());
        expectRefusal(parse(beyond));
        const std::string endless = start + std::string(10'000, 'x');
        CPPUNIT_ASSERT(needsMore(parse(std::string_view(endless).substr(0, 106))));
        expectRefusal(parse(std::string_view(endless).substr(0, 107)));
        expectRefusal(parse(endless));
    }

    void refusesMalformedVersion2() {
        auto version1 = v2(1, 0x11, kIpv4Addresses);
        version1[12] = '\x11';
        expectRefusal(parse(version1));
        expectRefusal(parse(v2(2, 0x11, kIpv4Addresses)));
        expectRefusal(parse(v2(15, 0x11, kIpv4Addresses)));
        for (std::size_t size = 0; size < kIpv4Addresses.size(); ++size) {
            expectRefusal(parse(v2(1, 0x11, kIpv4Addresses.substr(0, size))));
        }
        expectRefusal(parse(v2(1, 0x21, std::string(35, 'a'))));
    }

    void limitsVersion2() {
        expect(4112, "", parse(v2(0, 0, std::string(4096, 'x'))));
        expectRefusal(parse(v2(0, 0, std::string(4097, 'x'))));
        // Refused by its length already, before 64 KiB are waited for.
        expectRefusal(parse(v2(1, 0x11, std::string(65'535, 'x')).substr(0, 16)));
    }

    void survivesEveryChangedByteAndNoise() {
        const auto header = v2(1, 0x11, kIpv4Addresses);
        for (const auto& good : {kV1, header}) {
            for (std::size_t at = 0; at < good.size(); ++at) {
                for (int value = 0; value < 256; ++value) {
                    auto changed = good;
                    changed[at] = static_cast<char>(value);
                    CHECK(parse(changed).length <= changed.size());
                }
            }
        }
        std::minstd_rand random(7);
        for (int i = 0; i < 20'000; ++i) {
            auto noise = (i % 2 == 0 ? std::string("PROXY ") : header.substr(0, 12));
            for (auto left = random() % 200; left > 0; --left) noise += static_cast<char>(random());
            CHECK(parse(noise).length <= noise.size());
        }
    }

private:
    static void expect(std::size_t length, const std::string& source, const ProxyHeader& header) {
        CPPUNIT_ASSERT_EQUAL(std::string(), header.error);
        CPPUNIT_ASSERT_EQUAL(length, header.length);
        CPPUNIT_ASSERT_EQUAL(source, header.source ? header.source->toString() : std::string());
    }
    static void expectRefusal(const ProxyHeader& header) {
        CPPUNIT_ASSERT(!header.error.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, header.length);
        CPPUNIT_ASSERT(!header.source);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProxyHeaderTest);

}  // namespace
}  // namespace berth::test
