// tests/host/config/diagnostic_test.cpp - what a person and a program get to see.
#include "host/config/diagnostic.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "support/check.h"

namespace berth::test {
namespace {

using host::Diagnostic;

class DiagnosticTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DiagnosticTest);
    CPPUNIT_TEST(printsLineAndCaret);
    CPPUNIT_TEST(leavesOutWhatIsNotKnown);
    CPPUNIT_TEST(keepsTabs);
    CPPUNIT_TEST(countsWideCharactersTwice);
    CPPUNIT_TEST(clipsLongLinesAroundTheColumn);
    CPPUNIT_TEST(printsNothingThatATerminalActsUpon);
    CPPUNIT_TEST(survivesPositionsBeyondTheLine);
    CPPUNIT_TEST(showsNamesThatDriveATerminalAsText);
    CPPUNIT_TEST(showsTheFirstOfManyAndCountsTheRest);
    CPPUNIT_TEST(writesJson);
    CPPUNIT_TEST_SUITE_END();

    static Diagnostic at(std::size_t column, std::size_t length, std::string line) {
        return {.position = {.file = "a.ini", .line = 12, .column = column, .length = length},
                .code = "code",
                .message = "wrong",
                .suggestion = {},
                .sourceLine = std::move(line)};
    }

    // What is printed below the message.
    static std::string excerpt(const Diagnostic& diagnostic) {
        std::ostringstream out;
        printText(out, diagnostic);
        return out.str().substr(out.str().find('\n') + 1);
    }

public:
    void printsLineAndCaret() {
        auto diagnostic = at(1, 5, "lisen = 7002");
        diagnostic.suggestion = "did you mean \"listen\"?";
        std::ostringstream out;
        printText(out, diagnostic);
        CPPUNIT_ASSERT_EQUAL(std::string("a.ini:12:1: error: wrong; did you mean \"listen\"?\n"
                                         "  12 | lisen = 7002\n"
                                         "     | ^~~~~\n"),
                             out.str());
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | ab\n     |  ^\n"), excerpt(at(2, 0, "ab")));
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | abcd\n     |  ^~~\n"), excerpt(at(2, 0, "abcd")));
    }

    void leavesOutWhatIsNotKnown() {
        auto diagnostic = at(0, 0, "");
        CPPUNIT_ASSERT_EQUAL(std::string("a.ini:12: error: wrong"), oneLine(diagnostic));
        CPPUNIT_ASSERT_EQUAL(std::string(), excerpt(diagnostic));
        diagnostic.sourceLine = "abc";
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | abc\n"), excerpt(diagnostic));
        diagnostic.position.line = 0;
        CPPUNIT_ASSERT_EQUAL(std::string("a.ini: error: wrong"), oneLine(diagnostic));
    }

    void keepsTabs() {
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | \tk\t= v\n     | \t \t  ^\n"),
                             excerpt(at(6, 1, "\tk\t= v")));
    }

    void countsWideCharactersTwice() {
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | 欢迎 x\n     |      ^\n"),
                             excerpt(at(8, 1, "欢迎 x")));
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | é欢\n     |  ^~\n"), excerpt(at(3, 3, "é欢")));
    }

    void clipsLongLinesAroundTheColumn() {
        const auto line = std::string(500, 'a') + "X" + std::string(500, 'b');
        const auto text = excerpt(at(501, 1, line));
        const auto lineEnd = text.find('\n');
        CHECK(lineEnd < 120);
        CHECK(contains(text, "...aaa"));
        CHECK(contains(text, "bbb..."));
        CPPUNIT_ASSERT_EQUAL(text.find('X'), text.find('^') - lineEnd - 1);
        const auto wide = excerpt(at(1502, 1, [] {
            std::string result;
            for (int i = 0; i < 500; ++i) result += "欢";
            return result + " X";
        }()));
        CHECK(!contains(wide, "?"));
    }

    void printsNothingThatATerminalActsUpon() {
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | a?[2J?? b\n     |         ^\n"),
                             excerpt(at(9, 1, "a\x1b[2J\x7f\xff b")));
    }

    void survivesPositionsBeyondTheLine() {
        for (std::size_t column = 0; column < 8; ++column) {
            for (std::size_t length = 0; length < 8; ++length) {
                CHECK(startsWith(excerpt(at(column, length, "abc")), "  12 | abc\n"));
            }
        }
    }

    void showsNamesThatDriveATerminalAsText() {
        auto diagnostic = at(1, 1, "[a\xc2\x9b]");
        diagnostic.position.file = "a\x1b[2J\nb.ini";
        diagnostic.message = "unknown section [a\xc2\x9b\xe2\x80\xae]";
        diagnostic.suggestion = "no\rt this";
        CPPUNIT_ASSERT_EQUAL(std::string("a\\x1b[2J\\x0ab.ini:12:1: error: unknown section "
                                         "[a\\xc2\\x9b\\xe2\\x80\\xae]; no\\x0dt this"),
                             oneLine(diagnostic));
        CPPUNIT_ASSERT_EQUAL(std::string("  12 | [a?]\n     | ^\n"), excerpt(diagnostic));
    }

    void showsTheFirstOfManyAndCountsTheRest() {
        std::vector<Diagnostic> many(host::kMostDiagnostics, at(1, 1, "x"));
        CPPUNIT_ASSERT_EQUAL(host::kMostDiagnostics, firstOf(many).size());
        many.resize(12'345 + host::kMostDiagnostics, at(1, 1, "x"));
        const auto shown = firstOf(many);
        CPPUNIT_ASSERT_EQUAL(host::kMostDiagnostics + 1, shown.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a.ini: error: and 12345 more errors; mend these first"),
                             oneLine(shown.back()));
    }

    void writesJson() {
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), host::toJson({}));
        auto diagnostic = at(3, 2, "line");
        diagnostic.message = "bad \"\xff\n\"";
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"([{"file":"a.ini","line":12,"column":3,"length":2,"code":"code",)"
                        "\"message\":\"bad \\\"\xef\xbf\xbd\\n\\\"\",\"suggestion\":\"\"}]"),
            host::toJson({diagnostic}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DiagnosticTest);

}  // namespace
}  // namespace berth::test
