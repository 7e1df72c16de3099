// tests/host/control/reply_test.cpp - how replies look on the wire.
#include "host/control/protocol/reply.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "support/json.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::control::Reply;
using host::control::toJsonLine;
using host::control::toText;
using namespace std::string_literals;

}  // namespace

class ReplyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyTest);
    CPPUNIT_TEST(endsWithALineOfASingleDot);
    CPPUNIT_TEST(namesTheCodeOfAnError);
    CPPUNIT_TEST(doublesDotsAtTheStartOfABodyLine);
    CPPUNIT_TEST(keepsEveryLineOneLine);
    CPPUNIT_TEST(writesOneJsonObjectOnOneLine);
    CPPUNIT_TEST(putsLinesIntoJsonWhenThereIsNoData);
    CPPUNIT_TEST(takesOverTheOutcomeOfAChange);
    CPPUNIT_TEST_SUITE_END();

public:
    void endsWithALineOfASingleDot() {
        CPPUNIT_ASSERT_EQUAL("OK\n.\n"s, toText(Reply::success("")));
        CPPUNIT_ASSERT_EQUAL("OK two\na\n\nb\n.\n"s, toText(Reply::success("two", {"a", "", "b"})));
    }

    void namesTheCodeOfAnError() {
        CPPUNIT_ASSERT_EQUAL("ERR not-found no such thing\n.\n"s,
                             toText(Reply::failure("not-found", "no such thing")));
    }

    void doublesDotsAtTheStartOfABodyLine() {
        CPPUNIT_ASSERT_EQUAL("OK\n..\n..conf\na.\n...\n.\n"s,
                             toText(Reply::success("", {".", ".conf", "a.", ".."})));
    }

    void keepsEveryLineOneLine() {
        CPPUNIT_ASSERT_EQUAL("OK a\\x0ab\nc\\x0d\\x0a.\\xff\n.\n"s,
                             toText(Reply::success("a\nb", {"c\r\n.\xff"})));
    }

    void writesOneJsonObjectOnOneLine() {
        auto reply = Reply::failure("bad-value", "line\nbreak \"quoted\" \xff");
        const auto line = toJsonLine(reply);
        CPPUNIT_ASSERT_EQUAL(line.size() - 1, line.find('\n'));
        const auto object = parsed(line);
        CPPUNIT_ASSERT(!object->getValue<bool>("ok"));
        CPPUNIT_ASSERT_EQUAL("bad-value"s, object->getValue<std::string>("code"));
        CPPUNIT_ASSERT_EQUAL("line\\x0abreak \"quoted\" \\xff"s,
                             object->getValue<std::string>("text"));
        CPPUNIT_ASSERT(!parsed(toJsonLine(Reply::success("fine")))->has("code"));
    }

    void putsLinesIntoJsonWhenThereIsNoData() {
        auto reply = Reply::success("plan", {"start shout", ".x"});
        CPPUNIT_ASSERT_EQUAL(
            "{\"ok\":true,\"text\":\"plan\",\"lines\":[\"start shout\",\".x\"]}\n"s,
            toJsonLine(reply));
        reply.data = 7;
        CPPUNIT_ASSERT_EQUAL("{\"ok\":true,\"text\":\"plan\",\"data\":7}\n"s, toJsonLine(reply));
    }

    void takesOverTheOutcomeOfAChange() {
        CPPUNIT_ASSERT_EQUAL(
            "ERR bad-config 1 error\nberth.ini:3:1: unknown key\n.\n"s,
            toText(Reply::of(ChangeResult::failure(host::ChangeError::BadConfig, "1 error",
                                                   {"berth.ini:3:1: unknown key"}))));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyTest);

}  // namespace berth::test
