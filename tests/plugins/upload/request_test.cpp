// tests/plugins/upload/request_test.cpp - what a header may say, and how it is refused.
#include "upload/request.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <string>

#include "support/check.h"
#include "upload/refusal.h"

namespace berth::test {
namespace {

using upload::parseRequest;
using upload::Refusal;

class RequestTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestTest);
    CPPUNIT_TEST(readsAWholePut);
    CPPUNIT_TEST(ignoresMembersItDoesNotKnow);
    CPPUNIT_TEST(takesTheLargestSize);
    CPPUNIT_TEST(decodesEscapes);
    CPPUNIT_TEST(refusesWhatIsNotJson);
    CPPUNIT_TEST(refusesEveryWrongMember);
    CPPUNIT_TEST(saysWhichMemberIsWrong);
    CPPUNIT_TEST_SUITE_END();

    static std::string codeFor(const std::string& header) {
        try {
            static_cast<void>(parseRequest(header));
            return "accepted";
        } catch (const Refusal& refusal) {
            return std::string(upload::textOf(refusal.code()).name);
        }
    }

    static std::string put(const std::string& members) {
        return R"({"action":"put","filename":"a")" + members + "}";
    }

public:
    void readsAWholePut() {
        const std::string digest(64, 'A');
        const auto request = parseRequest(
            put(R"(,"file_size":12,"offset":7,"ack":true,"sha256":")" + digest + "\""));
        CHECK(request.action == upload::Action::Put);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), request.filename);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{12}, request.fileSize);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, request.offset.value());
        CPPUNIT_ASSERT_EQUAL(std::string(64, 'a'), request.sha256);
        CPPUNIT_ASSERT(request.acknowledge);
    }

    void ignoresMembersItDoesNotKnow() {
        const auto request = parseRequest(
            put(R"(,"x":{"filename":"b","file_size":[9,{"ack":1}]},"file_size":1,"y":null)"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), request.filename);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, request.fileSize);
        CPPUNIT_ASSERT(!request.offset);
        CPPUNIT_ASSERT(!request.acknowledge);
    }

    void takesTheLargestSize() {
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{9223372036854775807},
                             parseRequest(put(R"(,"file_size":9223372036854775807)")).fileSize);
    }

    void decodesEscapes() {
        const auto request =
            parseRequest(R"({"action":"stat","filename":"\u6587\ud83d\ude00\"\\\/"})");
        CPPUNIT_ASSERT_EQUAL(std::string("文\xF0\x9F\x98\x80\"\\/"), request.filename);
    }

    void refusesWhatIsNotJson() {
        for (const auto* header : {"{",
                                   "{]}",
                                   "{} {}",
                                   "{}x",
                                   R"({"action":"put",})",
                                   R"({action:"put"})",
                                   R"({'action':'put'})",
                                   R"({"action" "put"})",
                                   R"({"a":01})",
                                   R"({"a":0x1})",
                                   R"({"a":+1})",
                                   R"({"a":NaN})",
                                   R"({"a":/**/1})",
                                   "{\"a\":\"\xFF\"}",
                                   "{\"a\":\"x\ny\"}",
                                   R"({"a":"\ud800"})",
                                   R"({"a":"\q"})",
                                   R"({"a":1,"a":1})",
                                   R"({"a":99999999999999999999x})",
                                   R"({"a":[1e999,]})",
                                   R"({"a":1e999,"b":"\"9}","b":1})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(header, std::string("bad-json"), codeFor(header));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("bad-json"), codeFor(put(R"(,"filename":"b")")));
    }

    void refusesEveryWrongMember() {
        for (const auto* members :
             {"", R"(,"file_size":-1)", R"(,"file_size":1.0)", R"(,"file_size":1e3)",
              R"(,"file_size":1e999)", R"(,"file_size":"1")", R"(,"file_size":null)",
              R"(,"file_size":[1])", R"(,"file_size":true)", R"(,"file_size":9223372036854775808)",
              R"(,"file_size":18446744073709551616)", R"(,"file_size":99999999999999999999999)",
              R"(,"file_size":1,"offset":2)", R"(,"file_size":1,"offset":-1)",
              R"(,"file_size":1,"offset":"0")", R"(,"file_size":1,"ack":1)",
              R"(,"file_size":1,"ack":"true")", R"(,"file_size":1,"sha256":"")",
              R"(,"file_size":1,"sha256":5)"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(members, std::string("bad-request"),
                                         codeFor(put(members)));
        }
        const auto almostHex = std::string(63, 'a') + "g";
        CPPUNIT_ASSERT_EQUAL(std::string("bad-request"),
                             codeFor(put(R"(,"file_size":1,"sha256":")" + almostHex + "\"")));
        for (const auto* header :
             {"{}", R"({"filename":"a","file_size":1})", R"({"action":"put","file_size":1})",
              R"({"action":"get","filename":"a"})", R"({"action":1,"filename":"a"})",
              R"({"action":"PUT","filename":"a","file_size":1})",
              R"({"action":"stat","filename":5})", R"({"action":"stat","filename":null})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(header, std::string("bad-request"), codeFor(header));
        }
    }

    void saysWhichMemberIsWrong() {
        try {
            static_cast<void>(parseRequest(put(R"(,"file_size":"1")")));
            CPPUNIT_FAIL("a text is no size");
        } catch (const Refusal& refusal) {
            CPPUNIT_ASSERT_EQUAL(
                std::string("\"file_size\" must be an integer of 0 to 9223372036854775807"),
                std::string(refusal.what()));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestTest);

}  // namespace
}  // namespace berth::test
