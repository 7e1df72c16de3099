// tests/plugins/uppercase/line_search_test.cpp - a word as a whole line, anywhere in a text.
#include "plugins/uppercase/line_search.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <random>
#include <span>
#include <string>

namespace berth::uppercase {
namespace {

constexpr auto kNone = std::string_view::npos;

// The same, byte by byte.
std::size_t findSlowly(std::string_view text, const std::string& word) {
    const auto ended = text.find("\n" + word + "\n");
    const auto returned = text.find("\n" + word + "\r\n");
    const auto found = std::min(ended, returned);
    return found == kNone ? kNone : found + 1;
}

std::string upperSlowly(std::string text) {
    for (auto& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

class LineSearchTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineSearchTest);
    CPPUNIT_TEST(findsALineBetweenOthers);
    CPPUNIT_TEST(wantsBothEndsOfTheLine);
    CPPUNIT_TEST(findsALineAtEveryPlace);
    CPPUNIT_TEST(findsWhatASlowSearchFinds);
    CPPUNIT_TEST(makesWhatItPassesUpperCase);
    CPPUNIT_TEST_SUITE_END();

public:
    void findsALineBetweenOthers() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, findLine("a\nexit\nb", "exit"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, findLine("a\r\nexit\r\n", "exit"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, findLine("\nq\n", "q"));
    }

    void wantsBothEndsOfTheLine() {
        for (const auto* text : {"", "\n", "exit", "exit\n", "\nexit", "\nexit\r", "\nexi\n",
                                 "\nexitx\n", "\n exit\n", "\nexit \n", "\nexit\rx\n"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, kNone, findLine(text, "exit"));
        }
    }

    void findsALineAtEveryPlace() {
        for (std::size_t size = 0; size < 700; size += 3) {
            for (std::size_t at = 0; at <= size; at += 1 + at / 16) {
                std::string text(size, 'e');
                text.insert(at, "\nexit\n");
                CPPUNIT_ASSERT_EQUAL(at + 1, findLine(text, "exit"));
            }
        }
    }

    void findsWhatASlowSearchFinds() {
        std::minstd_rand random(1);
        for (const std::string word : {"a", "ab", "aab", "ba\xFF"}) {
            for (int round = 0; round < 3'000; ++round) {
                std::string text(random() % 600, ' ');
                for (auto& c : text) c = "ab\xFF\r\n\n"[random() % 6];
                CPPUNIT_ASSERT_EQUAL(findSlowly(text, word), findLine(text, word));
            }
        }
    }

    void makesWhatItPassesUpperCase() {
        std::minstd_rand random(2);
        for (const std::string word : {"a", "aZ", "z\xE9"}) {
            for (int round = 0; round < 3'000; ++round) {
                std::string text(random() % 600, ' ');
                for (auto& c : text) c = "az`{AZ\xE9\r\n\n"[random() % 10];
                const auto before = text.substr(0, findSlowly(text, word));
                const auto found = upperToLine(std::as_writable_bytes(std::span(text)), word);
                CPPUNIT_ASSERT_EQUAL(before.size(), std::min(found, text.size()));
                CPPUNIT_ASSERT_EQUAL(upperSlowly(before), text.substr(0, found));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineSearchTest);

}  // namespace
}  // namespace berth::uppercase
