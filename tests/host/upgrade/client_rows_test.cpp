// tests/host/upgrade/client_rows_test.cpp - the clients of a process, told to another one.
#include "host/upgrade/client_rows.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "support/check.h"

namespace berth::test {
namespace {

using host::ConnectionStatus;

std::string row(std::string_view id, std::string_view age) {
    std::string text;
    for (const auto field : {id, std::string_view("shout"), std::string_view("127.0.0.1:5"),
                             std::string_view("127.0.0.1:7002"), age, std::string_view("5"),
                             std::string_view("1"), std::string_view("2"), std::string_view("3")}) {
        text.append(field).push_back('\0');
    }
    return text;
}

class ClientRowsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientRowsTest);
    CPPUNIT_TEST(keepsWhatIsTold);
    CPPUNIT_TEST(leavesOutWhatIsNoRow);
    CPPUNIT_TEST_SUITE_END();

public:
    void keepsWhatIsTold() {
        ConnectionStatus told;
        told.id = 7;
        told.service = "shout";
        told.peer = "unix";
        told.age = std::chrono::milliseconds(12);
        told.bytesOut = UINT64_MAX;
        const auto pieces = host::toRows({told, told});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, pieces.size());
        const auto read = host::fromRows(pieces.front());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, read.size());
        CPPUNIT_ASSERT_EQUAL(told.id, read[1].id);
        CPPUNIT_ASSERT_EQUAL(told.service, read[1].service);
        CPPUNIT_ASSERT_EQUAL(told.age.count(), read[1].age.count());
        CPPUNIT_ASSERT_EQUAL(told.bytesOut, read[1].bytesOut);
    }

    void leavesOutWhatIsNoRow() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, host::fromRows(row("1", "10")).size());
        for (const auto* age :
             {"-1", "18446744073709551615", "9223372036854775808", "x", "1x", ""}) {
            const auto read = host::fromRows(row("1", age) + row("2", "10"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(age, std::size_t{1}, read.size());
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, read.front().id);
        }
        CHECK(isEmpty(host::fromRows(row("-1", "10"))));
        CHECK(isEmpty(host::fromRows("half a row")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientRowsTest);

}  // namespace
}  // namespace berth::test
