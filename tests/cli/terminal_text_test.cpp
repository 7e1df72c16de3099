// tests/cli/terminal_text_test.cpp - what may reach a terminal.
#include "cli/app/terminal_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include "cli/app/utf8.h"
#include "support/check.h"

namespace berth::test {
namespace {

std::string filtered(std::string_view bytes) {
    cli::TerminalText text;
    auto result = text.filter(bytes);
    return result + text.finish();
}

std::string filteredByteByByte(std::string_view bytes) {
    cli::TerminalText text;
    std::string result;
    for (const char byte : bytes) result += text.filter({&byte, 1});
    return result + text.finish();
}

void expect(const std::string& wanted, std::string_view bytes) {
    CPPUNIT_ASSERT_EQUAL(wanted, filtered(bytes));
    CPPUNIT_ASSERT_EQUAL(wanted, filteredByteByByte(bytes));
}

class TerminalTextTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TerminalTextTest);
    CPPUNIT_TEST(letsTextLinesAndTabsThrough);
    CPPUNIT_TEST(letsColoursThroughAndEndsThem);
    CPPUNIT_TEST(showsOtherSequencesAsText);
    CPPUNIT_TEST(showsControlCharactersAsText);
    CPPUNIT_TEST(showsBytesThatAreNoText);
    CPPUNIT_TEST(showsCharactersThatTurnTheDirection);
    CPPUNIT_TEST(keepsNoMoreThanAShortSequence);
    CPPUNIT_TEST(makesOneVisibleLine);
    CPPUNIT_TEST(checksUtf8AndMeasuresIt);
    CPPUNIT_TEST_SUITE_END();

public:
    void letsTextLinesAndTabsThrough() {
        expect("a\tb\r\nGrüße 欢迎 \xF0\x9F\x98\x80", "a\tb\r\nGrüße 欢迎 \xF0\x9F\x98\x80");
    }

    void letsColoursThroughAndEndsThem() {
        expect("\x1b[1;31mred\x1b[0m\x1b[0m", "\x1b[1;31mred\x1b[0m");
        expect("\x1b[38:5:9mx\x1b[0m", "\x1b[38:5:9mx");
    }

    void showsOtherSequencesAsText() {
        expect("^[]0;title^G", "\x1b]0;title\a");
        expect("^[[2Jx", "\x1b[2Jx");
        expect("^[[6n", "\x1b[6n");
        expect("^[[?25m", "\x1b[?25m");
        expect("^[c",
               "\x1b"
               "c");
        expect("^[", "\x1b");
        expect("^[[31", "\x1b[31");
    }

    void showsControlCharactersAsText() { expect("^@^G^H^?", std::string_view("\0\a\b\x7f", 4)); }

    void showsBytesThatAreNoText() {
        expect("\\x9b31m",
               "\x9b"
               "31m");
        expect("\\xc2\\x9b", "\xc2\x9b");  // the same sequence as a character
        expect("\\xff\\xc0\\xaf", "\xff\xc0\xaf");
        expect("\\xed\\xa0\\x80", "\xed\xa0\x80");
        expect("\\xe6\\xac", "\xe6\xac");
        expect("\\xe6(", "\xe6(");
    }

    void showsCharactersThatTurnTheDirection() {
        expect("a<U+202E>b",
               "a\u202e"
               "b");
    }

    void keepsNoMoreThanAShortSequence() {
        cli::TerminalText text;
        const std::string endless = "\x1b[" + std::string(100'000, '1');
        CHECK(text.filter(endless).size() >= endless.size());
    }

    void makesOneVisibleLine() {
        CPPUNIT_ASSERT_EQUAL(std::string("a^Jb^M^[[31mc^[[0m"),
                             cli::visibleLine("a\nb\r\x1b[31mc"));
    }

    void checksUtf8AndMeasuresIt() {
        CPPUNIT_ASSERT(cli::isUtf8("Grüße 欢迎"));
        CPPUNIT_ASSERT(!cli::isUtf8("\xff"));
        CPPUNIT_ASSERT(!cli::isUtf8("\xe6\xac"));
        CPPUNIT_ASSERT(!cli::isUtf8("\xf5\x80\x80\x80"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, cli::displayWidth("abc"));
        CPPUNIT_ASSERT_EQUAL(std::string_view("ab"), cli::fitting("abc", 2));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TerminalTextTest);

}  // namespace
}  // namespace berth::test
