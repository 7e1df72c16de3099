// tests/host/net/listen_address_test.cpp - every form of `listen`, and what is none.
#include "host/net/listen_address.h"

#include <cppunit/extensions/HelperMacros.h>

#include "support/check.h"

namespace berth::test {
namespace {

using host::ListenAddress;

class ListenAddressTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListenAddressTest);
    CPPUNIT_TEST(readsEveryForm);
    CPPUNIT_TEST(looksUpServiceNames);
    CPPUNIT_TEST(resolvesUnixPaths);
    CPPUNIT_TEST(readsAbstractNames);
    CPPUNIT_TEST(takesTheLongestUnixPath);
    CPPUNIT_TEST(readsBackWhatItWrote);
    CPPUNIT_TEST(suggestsWhatWasMeant);
    CPPUNIT_TEST(refusesEverythingElse);
    CPPUNIT_TEST_SUITE_END();

    static ListenAddress parse(std::string_view text) {
        const std::filesystem::path directory = "/etc/berth";
        return ValueCodec<ListenAddress>::parse({text, directory});
    }

    static void is(const std::string& expected, std::string_view text) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(text), expected, toString(parse(text)));
    }

    static std::string suggestionFor(std::string_view text) {
        try {
            is("refused", text);
        } catch (const ValueError& error) {
            return error.suggestion();
        }
        return {};
    }

public:
    void readsEveryForm() {
        is("127.0.0.1:7002", "7002");
        is("127.0.0.1:0", "0");
        is("0.0.0.0:7002", "*:7002");
        is("10.0.0.1:7002", "10.0.0.1:7002");
        is("[::1]:7002", "[::1]:7002");
        is("[::]:7002", "[0:0:0:0:0:0:0:0]:7002");
        is("[2001:db8::1]:65535", "[2001:DB8:0::1]:65535");
        is("[fe80::1%eth0]:7002", "[fe80::1%eth0]:7002");
        is("unix:/run/a.sock", "unix:/run/a.sock");
        is("systemd:web", "systemd:web");
        CHECK(parse("systemd:web").kind == ListenAddress::Kind::Systemd);
        CHECK(parse("unix:a").kind == ListenAddress::Kind::Unix);
    }

    void looksUpServiceNames() {
        is("127.0.0.1:80", "http");
        is("0.0.0.0:22", "*:ssh");
        is("[::1]:443", "[::1]:https");
    }

    void resolvesUnixPaths() {
        is("unix:/etc/berth/run/a.sock", "unix:run/a.sock");
        is("unix:/etc/a.sock", "unix:../a.sock");
    }

    void readsAbstractNames() {
        is("unix:@run/a", "unix:@run/a");
        is("unix:/etc/berth/@a", "unix:./@a");
        CPPUNIT_ASSERT(!parse("unix:@a").hasFile());
        CPPUNIT_ASSERT(parse("unix:a").hasFile());
        is("unix:@" + std::string(106, 'x'), "unix:@" + std::string(106, 'x'));
        CPPUNIT_ASSERT_THROW(parse("unix:@" + std::string(107, 'x')), ValueError);
    }

    void takesTheLongestUnixPath() {
        is("unix:/" + std::string(106, 'x'), "unix:/" + std::string(106, 'x'));
        CPPUNIT_ASSERT_THROW(parse("unix:/" + std::string(107, 'x')), ValueError);
    }

    void readsBackWhatItWrote() {
        for (const auto* text : {"7002", "*:7002", "[::1]:7002", "[fe80::1%eth0]:1", "unix:a b",
                                 "systemd:x", "192.168.1.255:1"}) {
            const auto address = parse(text);
            CHECK(address == parse(toString(address)));
        }
    }

    void suggestsWhatWasMeant() {
        CPPUNIT_ASSERT_EQUAL(std::string("write \"[::1]:7002\""), suggestionFor("::1:7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"[fe80::1%eth0]:7002\""),
                             suggestionFor("fe80::1%eth0:7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"[2001:db8::f00d]:PORT\""),
                             suggestionFor("2001:db8::f00d"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"[::1]:PORT\""), suggestionFor("[::1]"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"127.0.0.1\""), suggestionFor("localhost:7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"10.0.0.1:PORT\""), suggestionFor("10.0.0.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("write \"unix:/run/a\""), suggestionFor("/run/a"));
        CHECK(contains(suggestionFor(":7002"), "127.0.0.1:7002"));
    }

    void refusesEverythingElse() {
        for (const auto* text : {"",
                                 " ",
                                 "x",
                                 "-1",
                                 "65536",
                                 "7002x",
                                 "99999999999999999999",
                                 "*",
                                 "*:",
                                 "**:7002",
                                 ":",
                                 "10.0.0:7002",
                                 "10.0.0.256:7002",
                                 "010.0.0.1:7002",
                                 "10.0.0.1:70000",
                                 "10.0.0.1:-1",
                                 "10.0.0.1:+1",
                                 "[::1",
                                 "[::1]7002",
                                 "[::1]:",
                                 "[]:7002",
                                 "[10.0.0.1]:7002",
                                 "[::1%]:7002",
                                 "[::1%aaaaaaaaaaaaaaaaaaaaaaaa]:7002",
                                 "10.0.0.1%eth0:7002",
                                 "unix:",
                                 "unix:@",
                                 "systemd:",
                                 "a:b:c",
                                 "::",
                                 "\xe6\xac\xa2:7002"}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(text, parse(text), ValueError);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenAddressTest);

}  // namespace
}  // namespace berth::test
