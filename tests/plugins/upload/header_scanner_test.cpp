// tests/plugins/upload/header_scanner_test.cpp - where a JSON object ends.
#include "upload/header_scanner.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include "support/check.h"

namespace berth::test {
namespace {

using upload::HeaderScanner;
using State = HeaderScanner::State;

// The size of the object at the front, found when every byte comes alone.
std::size_t sizeByteByByte(std::string_view text) {
    HeaderScanner scanner;
    for (std::size_t size = 0; size <= text.size(); ++size) {
        if (scanner.scan(text.substr(0, size)) == State::Complete) return scanner.size();
    }
    return 0;
}

std::size_t sizeAtOnce(std::string_view text) {
    HeaderScanner scanner;
    return scanner.scan(text) == State::Complete ? scanner.size() : 0;
}

class HeaderScannerTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeaderScannerTest);
    CPPUNIT_TEST(endsWhereTheBraceCloses);
    CPPUNIT_TEST(skipsBracesAndQuotesInStrings);
    CPPUNIT_TEST(waitsForTheEnd);
    CPPUNIT_TEST(knowsWhatIsNoObject);
    CPPUNIT_TEST(limitsTheDepth);
    CPPUNIT_TEST_SUITE_END();

    static void expectSize(std::size_t size, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, size, sizeAtOnce(text));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, size, sizeByteByByte(text));
    }

public:
    void endsWhereTheBraceCloses() {
        expectSize(2, "{}");
        expectSize(2, "{}{}");
        expectSize(7, R"({"a":1}body)");
        expectSize(17, R"({"a":[{},[1,{}]]}})");
    }

    void skipsBracesAndQuotesInStrings() {
        expectSize(9, R"({"a":"}"}x)");
        expectSize(11, R"({"a":"\"}"}x)");
        expectSize(10, R"({"a":"\\"}"})");
        expectSize(12, R"({"a":"\\\""}x)");
        expectSize(9, R"({"}":"{"}x)");
    }

    void waitsForTheEnd() {
        for (const auto* text : {"", "{", R"({"a")", R"({"a":"}")", R"({"a":{})", R"({"\")"}) {
            expectSize(0, text);
            CHECK(HeaderScanner().scan(text) == State::Incomplete);
        }
    }

    void knowsWhatIsNoObject() {
        for (const auto* text : {"[]", "x", "\"{}\"", " {}", "}", "\xEF\xBB\xBF{}"}) {
            CHECK(HeaderScanner().scan(text) == State::NotAnObject);
        }
    }

    void limitsTheDepth() {
        std::string deep(HeaderScanner::kMaxDepth, '{');
        CHECK(HeaderScanner().scan(deep) == State::Incomplete);
        deep += '[';
        CHECK(HeaderScanner().scan(deep) == State::TooDeep);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeaderScannerTest);

}  // namespace
}  // namespace berth::test
