// tests/host/config/ini_value_test.cpp - quotes, escapes and comments of one value.
#include "host/config/ini_value.h"

#include <cppunit/extensions/HelperMacros.h>

namespace berth::test {
namespace {

using host::IniValue;
using host::IniValueError;
using host::scanIniValue;

class IniValueTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IniValueTest);
    CPPUNIT_TEST(trimsBlanks);
    CPPUNIT_TEST(cutsComments);
    CPPUNIT_TEST(unquotesAWholeValue);
    CPPUNIT_TEST(keepsQuotesInsideAValue);
    CPPUNIT_TEST(keepsCommandsAsTheyAreWritten);
    CPPUNIT_TEST(knowsWhereTheValueStands);
    CPPUNIT_TEST(refusesBrokenQuotes);
    CPPUNIT_TEST_SUITE_END();

    static IniValue scan(std::string_view text, bool raw = false) {
        const auto result = scanIniValue(text, raw);
        CPPUNIT_ASSERT_MESSAGE(std::string(text), std::holds_alternative<IniValue>(result));
        return std::get<IniValue>(result);
    }

    static void valueIs(const std::string& expected, std::string_view text, bool raw = false) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(text), expected, scan(text, raw).text);
    }

    static void errorIs(const std::string& code, std::size_t offset, std::string_view text,
                        bool raw = false) {
        const auto result = scanIniValue(text, raw);
        CPPUNIT_ASSERT_MESSAGE(std::string(text), std::holds_alternative<IniValueError>(result));
        CPPUNIT_ASSERT_EQUAL(code, std::get<IniValueError>(result).code);
        CPPUNIT_ASSERT_EQUAL(offset, std::get<IniValueError>(result).offset);
    }

public:
    void trimsBlanks() {
        valueIs("", "");
        valueIs("", " \t ");
        valueIs("a b", "  a b\t ");
    }

    void cutsComments() {
        valueIs("a", "a ; b");
        valueIs("a", "a\t# b");
        valueIs("", "; b");
        valueIs("", " # b");
        valueIs("a;b#c", "a;b#c");
    }

    void unquotesAWholeValue() {
        valueIs("  a ; b # c ", " \"  a ; b # c \" ; comment");
        valueIs("", "\"\"");
        valueIs("say \"hi\"", R"("say \"hi\"")");
        valueIs(R"(C:\dir)", R"("C:\\dir")");
        valueIs(R"(line\n)", R"("line\n")");
        valueIs(R"(a\)", R"("a\\")");
    }

    void keepsQuotesInsideAValue() {
        valueIs("a \"b ; c\" d", "a \"b ; c\" d ; e");
        valueIs(R"(a "b \" # c")", R"(a "b \" # c" # d)");
        valueIs("'a", "'a ; b'");
    }

    void keepsCommandsAsTheyAreWritten() {
        valueIs(R"("/opt/my prog" "a \" ; b")", R"( "/opt/my prog" "a \" ; b" ; comment)", true);
        valueIs(R"("/bin/ls")", R"("/bin/ls")", true);
        errorIs("unclosed-quote", 8, "/bin/ls \"a", true);
    }

    void knowsWhereTheValueStands() {
        const auto plain = scan("  abc ; d");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, plain.offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, plain.length);
        CPPUNIT_ASSERT(plain.verbatim);
        const auto quoted = scan(" \"abc\"");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, quoted.offset);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, quoted.length);
        CPPUNIT_ASSERT(quoted.verbatim);
        const auto escaped = scan(R"("a\"c")");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, escaped.length);
        CPPUNIT_ASSERT(!escaped.verbatim);
    }

    void refusesBrokenQuotes() {
        errorIs("unclosed-quote", 1, " \"abc");
        errorIs("unclosed-quote", 0, R"("abc\")");
        errorIs("unclosed-quote", 2, "a \"abc ; d");
        errorIs("text-after-quote", 6, "\"abc\" d");
        errorIs("text-after-quote", 5, "\"abc\";d");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IniValueTest);

}  // namespace
}  // namespace berth::test
