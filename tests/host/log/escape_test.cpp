// tests/host/log/escape_test.cpp - hostile texts stay on one line and say what they hold.
#include "host/log/escape.h"

#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <random>

#include "host/base/utf8.h"
#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::string_literals;

class EscapeTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EscapeTest);
    CPPUNIT_TEST(leavesPlainTextAlone);
    CPPUNIT_TEST(escapesLineBreaksAndControls);
    CPPUNIT_TEST(escapesBytesThatAreNoText);
    CPPUNIT_TEST(quotesValuesOnlyWhenNeeded);
    CPPUNIT_TEST(keepsOneLineForEveryByte);
    CPPUNIT_TEST(makesJsonThatReadsBack);
    CPPUNIT_TEST(makesJsonOfRandomBytes);
    CPPUNIT_TEST_SUITE_END();

    static std::string text(std::string_view in) {
        std::string out;
        host::appendEscaped(out, in);
        return out;
    }
    static std::string value(std::string_view in) {
        std::string out;
        host::appendValue(out, in);
        return out;
    }
    static std::string json(std::string_view in) {
        std::string out;
        host::appendJson(out, in);
        return out;
    }
    // What a JSON parser makes of it.
    static std::string parsed(const std::string& encoded) {
        const auto object = Poco::JSON::Parser().parse("{\"k\":" + encoded + "}");
        return object.extract<Poco::JSON::Object::Ptr>()->getValue<std::string>("k");
    }

public:
    void leavesPlainTextAlone() {
        for (const auto* plain : {"", "a b", "欢迎进入管理界面.", "say \"hi\" = ok"}) {
            CPPUNIT_ASSERT_EQUAL(std::string(plain), text(plain));
        }
    }

    void escapesLineBreaksAndControls() {
        CPPUNIT_ASSERT_EQUAL(R"(a\nb\r\nc\td\\n)"s, text("a\nb\r\nc\td\\n"));
        CPPUNIT_ASSERT_EQUAL(R"(\x1b[2J\x07\x00\x7f)"s, text("\x1b[2J\x07\0\x7f"s));
        CPPUNIT_ASSERT_EQUAL(R"(\xc2\x9b2J)"s, text("\xc2\x9b"
                                                    "2J"));
    }

    void escapesBytesThatAreNoText() {
        CPPUNIT_ASSERT_EQUAL(R"(a\xffb\xe6\xac)"s, text("a\xff"
                                                        "b\xe6\xac"));
        CPPUNIT_ASSERT_EQUAL(
            "\"a\xef\xbf\xbd"
            "b\""s,
            json("a\xff"
                 "b"));
    }

    void quotesValuesOnlyWhenNeeded() {
        CPPUNIT_ASSERT_EQUAL("127.0.0.1:80"s, value("127.0.0.1:80"));
        CPPUNIT_ASSERT_EQUAL(R"("")"s, value(""));
        CPPUNIT_ASSERT_EQUAL(R"("a b")"s, value("a b"));
        CPPUNIT_ASSERT_EQUAL(R"("a=b")"s, value("a=b"));
        CPPUNIT_ASSERT_EQUAL(R"("a\"b\\")"s, value("a\"b\\"));
        CPPUNIT_ASSERT_EQUAL(R"(a\nb)"s, value("a\nb"));
    }

    void keepsOneLineForEveryByte() {
        for (int byte = 0; byte < 256; ++byte) {
            for (const auto& line : {text(std::string(1, static_cast<char>(byte))),
                                     value(std::string(1, static_cast<char>(byte))),
                                     json(std::string(1, static_cast<char>(byte)))}) {
                for (const char c : line) {
                    CHECK(static_cast<unsigned char>(c) >= 0x20);
                    CHECK(c != '\x7f');
                }
            }
        }
    }

    void makesJsonThatReadsBack() {
        for (const auto& original :
             {"a\"b\\c/d"s, "a\nb\tc\rd"s, "\x01\x1f"s, "欢迎"s, ""s, "\xf0\x9f\x9a\xa2"s}) {
            CPPUNIT_ASSERT_EQUAL(original, parsed(json(original)));
        }
    }

    void makesJsonOfRandomBytes() {
        std::mt19937 random(3);  // NOLINT: the same bytes in every run
        for (int round = 0; round < 2000; ++round) {
            std::string bytes(random() % 40, '\0');
            for (auto& byte : bytes) byte = static_cast<char>(1 + random() % 255);
            CPPUNIT_ASSERT_EQUAL(host::wellFormedUtf8(bytes), parsed(json(bytes)));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EscapeTest);

}  // namespace
}  // namespace berth::test
