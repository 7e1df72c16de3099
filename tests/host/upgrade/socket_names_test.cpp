// tests/host/upgrade/socket_names_test.cpp - what is said of the sockets that are passed.
#include "host/upgrade/socket_names.h"

#include <cppunit/extensions/HelperMacros.h>

#include "support/check.h"

namespace berth::test {
namespace {

using host::ListenAddress;
using host::SocketNames;

class SocketNamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SocketNamesTest);
    CPPUNIT_TEST(readsWhatItWrote);
    CPPUNIT_TEST(refusesWhatItDidNot);
    CPPUNIT_TEST_SUITE_END();

    void readsWhatItWrote() {
        const std::vector<ListenAddress> addresses{
            {.host = "0.0.0.0", .port = 7},
            {.host = "::1", .port = 0},
            {.kind = ListenAddress::Kind::Unix, .path = "/run/with blank\n.sock"},
            {.kind = ListenAddress::Kind::Systemd, .name = "web"}};
        SocketNames names;
        for (const auto& address : addresses) names.add("an owner", address);
        const auto read = SocketNames::parse(names.text());
        CPPUNIT_ASSERT_EQUAL(addresses.size(), read.size());
        for (std::size_t i = 0; i < read.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string("an owner"), read[i].first);
            CHECK(addresses[i] == read[i].second);
        }
        CHECK(isEmpty(SocketNames::parse({})));
    }

    void refusesWhatItDidNot() {
        for (const auto* text : {"x", "owner", "7002"}) {
            CPPUNIT_ASSERT_THROW(static_cast<void>(SocketNames::parse(text)), ValueError);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketNamesTest);

}  // namespace
}  // namespace berth::test
