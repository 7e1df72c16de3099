// tests/cli/endpoint_test.cpp - addresses as users write them.
#include "cli/net/endpoint.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "cli/app/failure.h"
#include "support/check.h"

namespace berth::test {
namespace {

using cli::Endpoint;
using cli::parseEndpoint;

std::string normal(const char* text) {
    return cli::toString(parseEndpoint(text));
}

class EndpointTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EndpointTest);
    CPPUNIT_TEST(readsHostAndPort);
    CPPUNIT_TEST(takesAPortAloneAsLoopback);
    CPPUNIT_TEST(readsAddressesInBrackets);
    CPPUNIT_TEST(reachesAllInterfacesThroughLoopback);
    CPPUNIT_TEST(readsUnixPaths);
    CPPUNIT_TEST(readsAbstractNames);
    CPPUNIT_TEST(knowsPortsByName);
    CPPUNIT_TEST(refusesWhatIsNoAddress);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsHostAndPort() {
        const auto endpoint = parseEndpoint("files.example:7005");
        CPPUNIT_ASSERT_EQUAL(std::string("files.example"), endpoint.host);
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{7005}, endpoint.port);
    }

    void takesAPortAloneAsLoopback() {
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7002"), normal("7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7002"), normal(":7002"));
    }

    void readsAddressesInBrackets() {
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:65535"), normal("[::1]:65535"));
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), parseEndpoint("[::1]:1").host);
    }

    void reachesAllInterfacesThroughLoopback() {
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7002"), normal("*:7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7002"), normal("0.0.0.0:7002"));
        CPPUNIT_ASSERT_EQUAL(std::string("[::1]:7002"), normal("[::]:7002"));
    }

    void readsUnixPaths() {
        const auto endpoint = parseEndpoint("unix:/run/a:b.sock");
        CHECK(endpoint.kind == Endpoint::Kind::Unix);
        CPPUNIT_ASSERT_EQUAL(std::string("/run/a:b.sock"), endpoint.path);
    }

    void readsAbstractNames() {
        CPPUNIT_ASSERT_EQUAL(std::string("@berth"), parseEndpoint("unix:@berth").path);
        CPPUNIT_ASSERT_EQUAL(std::string("unix:@berth"), normal("unix:@berth"));
    }

    void knowsPortsByName() {
        CPPUNIT_ASSERT_EQUAL(std::string("localhost:22"), normal("localhost:ssh"));
    }

    void refusesWhatIsNoAddress() {
        const std::string tooLong = "unix:/" + std::string(107, 'a');
        for (const std::string& text :
             {std::string(), std::string("host"), std::string("host:"), std::string("host:0"),
              std::string("host:65536"), std::string("host:70000000000000000000"),
              std::string("host:-1"), std::string("host:7x"), std::string("::1:7002"),
              std::string("[::1]"), std::string("[::1"), std::string("[::1]7002"),
              std::string("unix:"), std::string("unix:@"), tooLong, std::string("[[::1]]:7002"),
              std::string("a]:7002")}) {
            try {
                static_cast<void>(parseEndpoint(text));
                CPPUNIT_FAIL("accepted " + text);
            } catch (const cli::Failure& failure) {
                CHECK(failure.code() == cli::ExitCode::Usage);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EndpointTest);

}  // namespace
}  // namespace berth::test
