// tests/host/base/utf8_test.cpp - well-formed and other sequences.
#include "host/base/utf8.h"

#include <cppunit/extensions/HelperMacros.h>

namespace berth::test {
namespace {

using host::utf8Columns;
using host::utf8Length;
using host::wellFormedUtf8;

class Utf8Test final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(Utf8Test);
    CPPUNIT_TEST(measuresSequences);
    CPPUNIT_TEST(refusesWhatIsNotWellFormed);
    CPPUNIT_TEST(countsColumns);
    CPPUNIT_TEST(replacesOnlyTheBadBytes);
    CPPUNIT_TEST_SUITE_END();

    static void lengthIs(std::size_t expected, std::string_view text) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(text), expected, utf8Length(text));
    }

public:
    void measuresSequences() {
        lengthIs(1, "a");
        lengthIs(1, std::string_view("\0", 1));
        lengthIs(2, "\xc3\xa9x");
        lengthIs(3, "\xe6\xac\xa2");
        lengthIs(4, "\xf0\x9f\x9a\xa2");
        lengthIs(4, "\xf4\x8f\xbf\xbf");
    }

    void refusesWhatIsNotWellFormed() {
        for (const auto* text :
             {"", "\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe6\xac", "\xe0\x80\x80",
              "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
              "\xff", "\xc3(", "\xe6\x28\xa2"}) {
            lengthIs(0, text);
        }
    }

    void countsColumns() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, utf8Columns("a"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, utf8Columns("\xc3\xa9"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, utf8Columns("\xe6\xac\xa2"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, utf8Columns("\xf0\x9f\x98\x80"));
    }

    void replacesOnlyTheBadBytes() {
        const std::string good = "a\xc3\xa9\xe6\xac\xa2";
        const std::string mark = "\xef\xbf\xbd";
        CPPUNIT_ASSERT_EQUAL(good, wellFormedUtf8(good));
        CPPUNIT_ASSERT_EQUAL("a" + mark + "b", wellFormedUtf8("a\xff"
                                                              "b"));
        CPPUNIT_ASSERT_EQUAL(good + mark + mark, wellFormedUtf8(good + "\xe6\xac"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(Utf8Test);

}  // namespace
}  // namespace berth::test
