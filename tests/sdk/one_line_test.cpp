// tests/sdk/one_line_test.cpp - whatever a library says is one line.
#include "berth/detail/one_line.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "support/check.h"

namespace berth::test {
namespace {

using detail::oneLine;

class OneLineTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OneLineTest);
    CPPUNIT_TEST(leavesALineAlone);
    CPPUNIT_TEST(joinsLines);
    CPPUNIT_TEST(hasNothingAtItsEnds);
    CPPUNIT_TEST(keepsNoControlCharacter);
    CPPUNIT_TEST_SUITE_END();

public:
    void leavesALineAlone() {
        CPPUNIT_ASSERT_EQUAL(std::string("SSL error: no cipher"), oneLine("SSL error: no cipher"));
        CPPUNIT_ASSERT_EQUAL(std::string("Schl\xc3\xbcssel"), oneLine("Schl\xc3\xbcssel"));
    }

    // As OpenSSL's errors are in the exceptions of Poco 1.13.
    void joinsLines() {
        CPPUNIT_ASSERT_EQUAL(std::string("SSL Exception: error:0A; error:0B"),
                             oneLine("SSL Exception: error:0A\nerror:0B\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("a; b"), oneLine("a\r\n\r\n b"));
    }

    void hasNothingAtItsEnds() {
        CPPUNIT_ASSERT_EQUAL(std::string("a"), oneLine("\n\t a \r\n"));
        CPPUNIT_ASSERT_EQUAL(std::string(), oneLine("\n \n"));
        CPPUNIT_ASSERT_EQUAL(std::string(), oneLine(""));
    }

    void keepsNoControlCharacter() {
        std::string all;
        for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
        for (const auto c : oneLine(all)) {
            const auto byte = static_cast<unsigned char>(c);
            CHECK(byte >= ' ');
            CHECK(byte != 0x7f);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OneLineTest);

}  // namespace
}  // namespace berth::test
