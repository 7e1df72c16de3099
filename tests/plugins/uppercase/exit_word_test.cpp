// tests/plugins/uppercase/exit_word_test.cpp - the word by which a client leaves, split anyhow.
#include "plugins/uppercase/exit_word.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "support/check.h"

namespace berth::uppercase {
namespace {

using test::endsWith;
using test::startsWith;
using Pieces = std::vector<std::string>;

// What is answered before the word, followed by "|" when the word was found.
std::string outcome(const Pieces& pieces, std::string_view word = "exit") {
    ExitWord exitWord(word);
    ExitWord upperExitWord(word);
    std::string answered;
    for (auto piece : pieces) {
        auto upper = piece;
        const auto bytes = exitWord.before(std::as_writable_bytes(std::span(piece)));
        const auto same = upperExitWord.upperBefore(std::as_writable_bytes(std::span(upper)));
        CPPUNIT_ASSERT_EQUAL(bytes.size(), same.size());
        CPPUNIT_ASSERT_EQUAL(exitWord.found(), upperExitWord.found());
        answered += piece.substr(0, bytes.size());
        if (exitWord.found()) return answered + "|";
    }
    return answered;
}

Pieces byteByByte(std::string_view text) {
    Pieces pieces;
    for (const char c : text) pieces.emplace_back(1, c);
    return pieces;
}

class ExitWordTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ExitWordTest);
    CPPUNIT_TEST(findsAWholeLine);
    CPPUNIT_TEST(findsAWholeChunk);
    CPPUNIT_TEST(findsALineSplitAtEveryByte);
    CPPUNIT_TEST(answersTheLinesBefore);
    CPPUNIT_TEST(ignoresTheWordInsideALine);
    CPPUNIT_TEST(ignoresOtherCase);
    CPPUNIT_TEST(neverFindsAnEmptyWord);
    CPPUNIT_TEST(doesNotDependOnWhereALineIsSplit);
    CPPUNIT_TEST(keepsLittleOfALongLine);
    CPPUNIT_TEST_SUITE_END();

    static void is(const std::string& expected, const Pieces& pieces) {
        CPPUNIT_ASSERT_EQUAL(expected, outcome(pieces));
    }

public:
    void findsAWholeLine() {
        is("|", {"exit\n"});
        is("|", {"exit\r\n"});
        is("|", {"exit\nmore"});
    }

    void findsAWholeChunk() {
        is("|", {"exit"});
        is("hello|", {"hello", "exit"});
    }

    void findsALineSplitAtEveryByte() {
        is("exit|", byteByByte("exit\n"));
        is("exit\r|", byteByByte("exit\r\n"));
        is("a\nexit|", byteByByte("a\nexit\n"));
        is("ex|", {"ex", "it\n"});
    }

    void answersTheLinesBefore() {
        is("hello\n|", {"hello\nexit\nworld\n"});
        is("a\nb\n\n|", {"a\nb", "\n\nexit\n"});
    }

    void ignoresTheWordInsideALine() {
        for (const auto* text : {"exiting\n", " exit\n", "exit \n", "exit\r\r\n", "an exit\n",
                                 "exit\rexit\n", "exi\nt\n", "\rexit\n", "exit\t"}) {
            is(text, {text});
            is(text, byteByByte(text));
        }
        is("anexit\n", {"an", "exit\n"});
    }

    void ignoresOtherCase() { is("EXIT\n", {"EXIT\n"}); }

    void neverFindsAnEmptyWord() {
        CPPUNIT_ASSERT_EQUAL(std::string("\n\r\nexit"), outcome({"\n", "\r\n", "exit"}, ""));
    }

    void doesNotDependOnWhereALineIsSplit() {
        const std::string text = "one\nexi\r\nexi\n\r\nexit\r\ntwo";
        for (std::size_t first = 0; first <= text.size(); ++first) {
            for (auto second = first; second <= text.size(); ++second) {
                const auto result =
                    outcome({text.substr(0, first), text.substr(first, second - first),
                             text.substr(second)});
                CHECK(endsWith(result, "|"));
                CHECK(startsWith(result, "one\nexi\r\nexi\n\r\n"));
            }
        }
    }

    void keepsLittleOfALongLine() {
        ExitWord exitWord("exit");
        std::string piece(10'000, 'e');
        for (int i = 0; i < 100; ++i) {
            const auto bytes = std::as_writable_bytes(std::span(piece));
            CPPUNIT_ASSERT_EQUAL(bytes.size(), exitWord.before(bytes).size());
        }
        CPPUNIT_ASSERT(!exitWord.found());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ExitWordTest);

}  // namespace
}  // namespace berth::uppercase
