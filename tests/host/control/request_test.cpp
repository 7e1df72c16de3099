// tests/host/control/request_test.cpp - which lines are requests.
#include "host/control/protocol/request.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

using host::control::parseRequest;
using host::control::Request;
using host::control::RequestError;
using Words = std::vector<std::string>;
using namespace std::string_literals;
using namespace std::string_view_literals;

Request accepted(std::string_view line) {
    auto parsed = parseRequest(line);
    if (const auto* error = std::get_if<RequestError>(&parsed)) {
        CPPUNIT_FAIL("refused: " + error->text);
    }
    return std::get<Request>(std::move(parsed));
}

RequestError refused(std::string_view line) {
    const auto parsed = parseRequest(line);
    CPPUNIT_ASSERT(std::holds_alternative<RequestError>(parsed));
    return std::get<RequestError>(parsed);
}

}  // namespace

class RequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestTest);
    CPPUNIT_TEST(splitsWordsAsAShellDoes);
    CPPUNIT_TEST(takesJsonOffTheFront);
    CPPUNIT_TEST(findsNothingInABlankLine);
    CPPUNIT_TEST(refusesControlCharactersAndSaysWhere);
    CPPUNIT_TEST(refusesWhatIsNotUtf8);
    CPPUNIT_TEST(acceptsUtf8);
    CPPUNIT_TEST(refusesAnOpenQuote);
    CPPUNIT_TEST(answersAsJsonEvenToWhatCannotBeRead);
    CPPUNIT_TEST_SUITE_END();

public:
    void splitsWordsAsAShellDoes() {
        CHECK(Words{"set", "shout", "allow", "10.0.0.0/8, ::1"} ==
              accepted("set  shout\tallow '10.0.0.0/8, ::1' ").words);
    }

    void takesJsonOffTheFront() {
        const auto request = accepted(" json status");
        CPPUNIT_ASSERT(request.json);
        CHECK(Words{"status"} == request.words);
        CPPUNIT_ASSERT(!accepted("status json").json);
        CPPUNIT_ASSERT(!refused("json").text.empty());
    }

    void findsNothingInABlankLine() {
        CHECK(isEmpty(accepted("").words));
        CHECK(isEmpty(accepted(" \t ").words));
    }

    void refusesControlCharactersAndSaysWhere() {
        CPPUNIT_ASSERT_EQUAL("byte 5 of the request is a control character"s,
                             refused("ping\0"sv).text);
        for (int byte = 0; byte < 0x20; ++byte) {
            if (byte == '\t') continue;
            refused(std::string("a") + static_cast<char>(byte) + "b");
        }
        refused("\x7f");
        refused("a\xc2\x85");  // NEL, a control character beyond ASCII
    }

    void refusesWhatIsNotUtf8() {
        const std::vector<std::string_view> wrong{"\x80",
                                                  "\xff",
                                                  "\xc3",
                                                  "\xc3(",
                                                  "\xc0\xaf",
                                                  "\xe2\x82",
                                                  "\xed\xa0\x80",
                                                  "\xf5\x80\x80\x80",
                                                  "\xf0\x80\x80\xaf"};
        for (const auto text : wrong) {
            CPPUNIT_ASSERT_EQUAL("byte 1 of the request is not UTF-8"s, refused(text).text);
        }
    }

    void acceptsUtf8() {
        CHECK(Words{"start", "größe", "管理", "😀"} == accepted("start größe 管理 😀").words);
    }

    void refusesAnOpenQuote() {
        CHECK(contains(refused("stop 'shout").text, "(byte 6 of the request)"));
    }

    void answersAsJsonEvenToWhatCannotBeRead() {
        CPPUNIT_ASSERT(refused("json stop 'x").json);
        CPPUNIT_ASSERT(refused("json \x01").json);
        CPPUNIT_ASSERT(!refused("jsonx 'x").json);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestTest);

}  // namespace berth::test
