// tests/host/control/columns_test.cpp - aligned lines.
#include "host/control/views/columns.h"
#include "host/base/phrases.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>
#include <vector>

#include "host/control/protocol/text.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::counted;
using host::control::alignColumns;
using host::control::cell;
using host::control::roughly;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;
using namespace std::string_literals;

}  // namespace

class ColumnsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ColumnsTest);
    CPPUNIT_TEST(alignsToTheWidestCell);
    CPPUNIT_TEST(fillsNumbersFromTheLeft);
    CPPUNIT_TEST(countsWideCharactersAsTwoColumns);
    CPPUNIT_TEST(leavesNoBlanksAtTheEnd);
    CPPUNIT_TEST(showsADashForAnEmptyCell);
    CPPUNIT_TEST(namesDurationsByTheirTwoLargestUnits);
    CPPUNIT_TEST(countsInTheSingularToo);
    CPPUNIT_TEST_SUITE_END();

public:
    void alignsToTheWidestCell() {
        CHECK(Lines{"a      b", "shout  c"} == alignColumns({{"a", "b"}, {"shout", "c"}}));
        CHECK(isEmpty(alignColumns({})));
    }

    void fillsNumbersFromTheLeft() {
        CHECK(Lines{"a    7", "b  120"} == alignColumns({{"a", "7"}, {"b", "120"}}, {1}));
    }

    void countsWideCharactersAsTwoColumns() {
        CHECK(Lines{"管理   x", "größe  x", "ab     x"} ==
              alignColumns({{"管理", "x"}, {"größe", "x"}, {"ab", "x"}}));
    }

    void leavesNoBlanksAtTheEnd() {
        CHECK(Lines{"a", "b  reason"} == alignColumns({{"a", ""}, {"b", "reason"}}));
    }

    void showsADashForAnEmptyCell() {
        CPPUNIT_ASSERT_EQUAL("-"s, cell(""));
        CPPUNIT_ASSERT_EQUAL("-"s, cell(Lines{}));
        CPPUNIT_ASSERT_EQUAL("a,b"s, cell(Lines{"a", "b"}));
        CPPUNIT_ASSERT_EQUAL("a\\x0ab"s, cell("a\nb"));
    }

    void namesDurationsByTheirTwoLargestUnits() {
        CPPUNIT_ASSERT_EQUAL("0s"s, roughly(0ms));
        CPPUNIT_ASSERT_EQUAL("0s"s, roughly(999ms));
        CPPUNIT_ASSERT_EQUAL("12s"s, roughly(12'345ms));
        CPPUNIT_ASSERT_EQUAL("3m12s"s, roughly(192s));
        CPPUNIT_ASSERT_EQUAL("2h3m"s, roughly(2h + 3min + 59s));
        CPPUNIT_ASSERT_EQUAL("2h"s, roughly(2h));
        CPPUNIT_ASSERT_EQUAL("1d1h"s, roughly(25h + 59min));
    }

    void countsInTheSingularToo() {
        CPPUNIT_ASSERT_EQUAL("0 services"s, counted(0, "service"));
        CPPUNIT_ASSERT_EQUAL("1 service"s, counted(1, "service"));
        CPPUNIT_ASSERT_EQUAL("2 services"s, counted(2, "service"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ColumnsTest);

}  // namespace berth::test
