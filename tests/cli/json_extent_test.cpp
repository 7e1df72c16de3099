// tests/cli/json_extent_test.cpp - where an answer in JSON ends.
#include "cli/net/json_extent.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

namespace berth::test {
namespace {

// The bytes taken, or npos when the object is broken; fed in pieces of `step`.
std::size_t extentOf(std::string_view bytes, std::size_t step) {
    cli::JsonExtent extent;
    std::size_t taken = 0;
    while (taken < bytes.size() && !extent.complete() && !extent.broken()) {
        taken += extent.feed(bytes.substr(taken, step));
    }
    return extent.broken() ? std::string_view::npos : taken;
}

class JsonExtentTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonExtentTest);
    CPPUNIT_TEST(endsWhereTheBraceCloses);
    CPPUNIT_TEST(looksThroughStringsAndEscapes);
    CPPUNIT_TEST(isBrokenByAnotherBeginning);
    CPPUNIT_TEST(isBrokenByDepth);
    CPPUNIT_TEST(isNotCompleteInTheMiddle);
    CPPUNIT_TEST_SUITE_END();

public:
    void endsWhereTheBraceCloses() {
        const std::string_view bytes = " \r\n{\"a\":[{}],\"b\":{}}\n{\"next\":1}";
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            CPPUNIT_ASSERT_EQUAL(bytes.rfind("\n{"), extentOf(bytes, step));
        }
    }

    void looksThroughStringsAndEscapes() {
        const std::string_view bytes = R"({"a":"}\"}\\","b":"\\\"{"}x)";
        for (std::size_t step = 1; step <= bytes.size(); ++step) {
            CPPUNIT_ASSERT_EQUAL(bytes.size() - 1, extentOf(bytes, step));
        }
    }

    void isBrokenByAnotherBeginning() {
        for (const auto* bytes : {"hello", "[1]", "\"a\"", "}", "  x{}"}) {
            CPPUNIT_ASSERT_EQUAL(std::string_view::npos, extentOf(bytes, 2));
        }
    }

    void isBrokenByDepth() {
        CPPUNIT_ASSERT_EQUAL(std::string_view::npos, extentOf(std::string(1000, '{'), 100));
    }

    void isNotCompleteInTheMiddle() {
        cli::JsonExtent extent;
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, extent.feed("  "));
        CPPUNIT_ASSERT(!extent.begun());
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, extent.feed("{\"}\":"));
        CPPUNIT_ASSERT(extent.begun());
        CPPUNIT_ASSERT(!extent.complete());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonExtentTest);

}  // namespace
}  // namespace berth::test
