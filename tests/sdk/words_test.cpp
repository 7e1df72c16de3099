// tests/sdk/words_test.cpp - lines into words and back, and the word that was meant.
#include "berth/words.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using Words = std::vector<std::string>;

class WordsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WordsTest);
    CPPUNIT_TEST(splitsAtBlanks);
    CPPUNIT_TEST(keepsQuotedPartsTogether);
    CPPUNIT_TEST(takesTheCharacterAfterABackslash);
    CPPUNIT_TEST(namesTheQuoteThatIsNeverClosed);
    CPPUNIT_TEST(refusesABackslashAtTheEnd);
    CPPUNIT_TEST(refusesControlCharacters);
    CPPUNIT_TEST(passesBytesThatAreNoAscii);
    CPPUNIT_TEST(expandsNothing);
    CPPUNIT_TEST(quotesOnlyWhereItMust);
    CPPUNIT_TEST(splitsBackWhatItQuoted);
    CPPUNIT_TEST(findsTheNearestWord);
    CPPUNIT_TEST(findsNothingFarAway);
    CPPUNIT_TEST(findsTheOnlyCompletion);
    CPPUNIT_TEST_SUITE_END();

    static Words split(std::string_view line) {
        const auto result = splitWords(line);
        CPPUNIT_ASSERT_MESSAGE(std::string(line), std::holds_alternative<Words>(result));
        return std::get<Words>(result);
    }

    static WordsError errorOf(std::string_view line) {
        const auto result = splitWords(line);
        CPPUNIT_ASSERT_MESSAGE(std::string(line), std::holds_alternative<WordsError>(result));
        return std::get<WordsError>(result);
    }

    static void nearest(const std::string& typed, const std::string& expected,
                        const Words& candidates) {
        const auto word = closestWord(typed, candidates);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, expected, word.value_or("(none)"));
    }

public:
    void splitsAtBlanks() {
        CHECK(isEmpty(split("")));
        CHECK(isEmpty(split(" \t ")));
        CHECK(split("a") == Words{"a"});
        CHECK(split("  dir \t -l  /tmp ") == Words{"dir", "-l", "/tmp"});
    }

    void keepsQuotedPartsTogether() {
        CHECK(split(R"('a b' "c d")") == Words{"a b", "c d"});
        CHECK(split(R"(a'b c'd)") == Words{"ab cd"});
        CHECK(split(R"('' "")") == Words{"", ""});
        CHECK(split(R"('a\b"c')") == Words{R"(a\b"c)"});
        CHECK(split(R"("a\"b\\c\d'e")") == Words{R"(a"b\c\d'e)"});
    }

    void takesTheCharacterAfterABackslash() {
        CHECK(split(R"(a\ b \'c\" \\)") == Words{"a b", R"('c")", R"(\)"});
        CHECK(split("\\n") == Words{"n"});
    }

    void namesTheQuoteThatIsNeverClosed() {
        const auto single = errorOf("say 'hello");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, single.offset);
        CPPUNIT_ASSERT_EQUAL(std::string("the quote ' is never closed"), single.message);
        CPPUNIT_ASSERT_EQUAL(std::string("the quote \" is never closed"), errorOf("\"").message);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errorOf(R"(a"b\")").offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, errorOf(R"("b\)").offset);
    }

    void refusesABackslashAtTheEnd() {
        const auto error = errorOf("ab \\");
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, error.offset);
        CPPUNIT_ASSERT_EQUAL(std::string("nothing follows the backslash"), error.message);
    }

    void refusesControlCharacters() {
        for (int c = 0; c < 0x20; ++c) {
            if (c == '\t') continue;
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, errorOf("ab" + std::string(1, char(c))).offset);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errorOf("'\x7f'").offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errorOf(std::string_view("'\0'", 3)).offset);
    }

    void passesBytesThatAreNoAscii() {
        CHECK(split("\xe7\xae\xa1 \xff\x80") == Words{"\xe7\xae\xa1", "\xff\x80"});
    }

    void expandsNothing() {
        CHECK(split("$HOME * `ls` ~ a;b") == Words{"$HOME", "*", "`ls`", "~", "a;b"});
    }

    void quotesOnlyWhereItMust() {
        CPPUNIT_ASSERT_EQUAL(std::string("/tmp/a-b_c.txt"), quoteWord("/tmp/a-b_c.txt"));
        CPPUNIT_ASSERT_EQUAL(std::string("''"), quoteWord(""));
        CPPUNIT_ASSERT_EQUAL(std::string("'a b'"), quoteWord("a b"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"('it'\''s')"), quoteWord("it's"));
        CPPUNIT_ASSERT_EQUAL(std::string("'$HOME'"), quoteWord("$HOME"));
    }

    void splitsBackWhatItQuoted() {
        for (int a = 1; a < 256; ++a) {
            if ((a < 0x20 && a != '\t') || a == 0x7f) continue;
            for (const char b : {'a', ' ', '\'', '"', '\\', '\t'}) {
                const std::string word{static_cast<char>(a), b, static_cast<char>(a)};
                CHECK(split("x " + quoteWord(word) + " y") == Words{"x", word, "y"});
            }
        }
    }

    void findsTheNearestWord() {
        nearest("shoot", "shout", {"echo", "shout", "greet"});
        nearest("mesage", "message", {"message", "massage"});
        nearest("grete", "greet", {"echo", "greet"});
        nearest("Listen", "listen", {"listen", "enabled"});
        nearest("LISTEN", "listen", {"listen"});
        nearest("lsiten", "listen", {"listen"});
    }

    void findsNothingFarAway() {
        nearest("banana", "(none)", {"listen", "plugin"});
        nearest("", "(none)", {"listen"});
        nearest("x", "(none)", {"y"});
        nearest("listen", "(none)", {});
        nearest(std::string(100'000, 'a'), "(none)", {std::string(100'000, 'a')});
        nearest("listen", "(none)", {std::string(100'000, 'a')});
    }

    void findsTheOnlyCompletion() {
        nearest("max_conn", "max_connections", {"max_connections", "max_per_client"});
        nearest("max", "(none)", {"max_connections", "max_per_client"});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WordsTest);

}  // namespace
}  // namespace berth::test
