// tests/cli/line_ends_test.cpp - the ends of the lines that are sent.
#include "cli/talk/line_ends.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace berth::test {
namespace {

std::string convertedByteByByte(cli::LineEnd end, std::string_view bytes) {
    cli::LineEnds ends(end);
    std::string result;
    for (const char byte : bytes) result += ends.convert({&byte, 1});
    return result;
}

class LineEndsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineEndsTest);
    CPPUNIT_TEST(leavesNewlinesAlone);
    CPPUNIT_TEST(makesCarriageReturnsOnce);
    CPPUNIT_TEST(takesNewlinesAway);
    CPPUNIT_TEST_SUITE_END();

public:
    void leavesNewlinesAlone() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\nb\r\n"),
                             convertedByteByByte(cli::LineEnd::Newline, "a\nb\r\n"));
    }
    void makesCarriageReturnsOnce() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("a\r\nb\r\n\r\n"),
            convertedByteByByte(cli::LineEnd::CarriageReturnNewline, "a\nb\r\n\n"));
    }
    void takesNewlinesAway() {
        CPPUNIT_ASSERT_EQUAL(std::string("ab"), convertedByteByByte(cli::LineEnd::None, "a\nb\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineEndsTest);

}  // namespace
}  // namespace berth::test
