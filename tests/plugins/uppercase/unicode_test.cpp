// tests/plugins/uppercase/unicode_test.cpp - UTF-8 and ASCII text in upper case, split anyhow.
#include "plugins/uppercase/unicode.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "plugins/uppercase/ascii.h"
#include "plugins/uppercase/utf8.h"
#include "support/check.h"

namespace berth::uppercase {
namespace {

using test::isEmpty;

class UnicodeTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnicodeTest);
    CPPUNIT_TEST(changesOnlyAsciiLetters);
    CPPUNIT_TEST(changesLettersOfEveryScript);
    CPPUNIT_TEST(changesLettersWhoseUpperCaseHasAnotherLength);
    CPPUNIT_TEST(waitsForTheRestOfACharacter);
    CPPUNIT_TEST(doesNotDependOnWhereTextIsSplit);
    CPPUNIT_TEST(passesBytesThatAreNoUtf8);
    CPPUNIT_TEST(decodesWhatItEncodes);
    CPPUNIT_TEST_SUITE_END();

    UnicodeCase unicode_;

    // The text converted in pieces of `step` bytes.
    std::string upper(std::string_view text, std::size_t step = 1'000'000) {
        UnicodeUpper converter(unicode_);
        std::string result;
        for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) {
            result += converter.convert(std::as_bytes(std::span(text.substr(0, step))));
        }
        return result + std::string(converter.rest());
    }

    void becomes(const std::string& expected, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL(expected, upper(text));
        CPPUNIT_ASSERT_EQUAL(expected, upper(text, 1));
    }

public:
    void changesOnlyAsciiLetters() {
        for (std::size_t length = 0; length < 600; length += 7) {
            std::string text;
            std::string expected;
            for (std::size_t i = 0; i < length; ++i) {
                const auto c = static_cast<char>(i + length);
                text += c;
                expected += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
            }
            toUpperAscii(std::as_writable_bytes(std::span(text)));
            CPPUNIT_ASSERT_EQUAL(expected, text);
        }
    }

    void changesLettersOfEveryScript() {
        becomes("HELLO, WORLD 123", "hello, World 123");
        becomes("ÄÖÜ ÉÈ ÑÇ", "äöü éè ñç");
        becomes("ПРИВЕТ", "привет");
        becomes("ΑΒΓ ΣΣ", "αβγ σς");
        becomes("管理界面 \xF0\x9F\x98\x80", "管理界面 \xF0\x9F\x98\x80");
        becomes("\xF0\x90\x90\x80", "\xF0\x90\x90\xA8");  // U+10428 to U+10400
    }

    void changesLettersWhoseUpperCaseHasAnotherLength() {
        becomes("STRASSE", "straße");
        becomes("Ÿ", "ÿ");
        becomes("FI FFL", "ﬁ ﬄ");
        becomes("I", "ı");
        becomes("S", "ſ");
        becomes("\u2C6F", "\u0250");
        becomes("\u0399\u0308\u0301", "\u0390");
        becomes("Ǆ", "ǆ");
    }

    void waitsForTheRestOfACharacter() {
        UnicodeUpper converter(unicode_);
        const auto convert = [&](std::string_view text) {
            return converter.convert(std::as_bytes(std::span(text)));
        };
        CPPUNIT_ASSERT_EQUAL(std::string("A"), convert("a\xC3"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3"), std::string(converter.rest()));
        CPPUNIT_ASSERT_EQUAL(std::string("ÄB"), convert("\xA4"
                                                        "b"));
        CHECK(isEmpty(converter.rest()));
    }

    void doesNotDependOnWhereTextIsSplit() {
        const std::string text = "straße ÿ\xFF\xC3 \xF0\x90\x90\xA8\xE2\x82管理 привет\xE2\x82";
        const auto whole = upper(text);
        for (std::size_t step = 1; step <= text.size(); ++step) {
            CPPUNIT_ASSERT_EQUAL(whole, upper(text, step));
        }
    }

    void passesBytesThatAreNoUtf8() {
        for (const std::string text :
             {"\x80", "\xFF\xFE", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
              "\xF8\x88\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xC3\xC3", "\xE2\xC3"}) {
            becomes(text, text);
            becomes("A" + text + "B", "a" + text + "b");
        }
        becomes(std::string("A\0B", 3), std::string("a\0b", 3));
    }

    void decodesWhatItEncodes() {
        for (char32_t character = 0; character <= 0x10FFFF; ++character) {
            if (character >= 0xD800 && character < 0xE000) continue;
            std::string text;
            appendUtf8(text, character);
            const auto decoded = decodeFront(text);
            CHECK(decoded.kind == Decoded::Kind::Character);
            CHECK(decoded.character == character);
            CHECK(decoded.length == text.size());
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnicodeTest);

}  // namespace
}  // namespace berth::uppercase
