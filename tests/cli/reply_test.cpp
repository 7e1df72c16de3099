// tests/cli/reply_test.cpp - the replies of the control port.
#include "cli/control/reply.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <string_view>

#include "cli/app/failure.h"
#include "support/check.h"

namespace berth::test {
namespace {

using cli::ExitCode;

ExitCode codeFor(const std::string& line) {
    return cli::exitCodeOf(cli::parseReplyStatus(line));
}

class ReplyTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyTest);
    CPPUNIT_TEST(readsSuccess);
    CPPUNIT_TEST(readsErrors);
    CPPUNIT_TEST(refusesOtherLines);
    CPPUNIT_TEST(readsJson);
    CPPUNIT_TEST(refusesOtherJson);
    CPPUNIT_TEST(mapsCodesToExitCodes);
    CPPUNIT_TEST(takesTheDotOffTheBody);
    CPPUNIT_TEST_SUITE_END();

public:
    void readsSuccess() {
        CPPUNIT_ASSERT_EQUAL(std::string("3 services"),
                             cli::parseReplyStatus("OK 3 services").text);
        CPPUNIT_ASSERT(cli::parseReplyStatus("OK").ok);
    }

    void readsErrors() {
        const auto status = cli::parseReplyStatus("ERR not-found no service named \"x\"");
        CPPUNIT_ASSERT(!status.ok);
        CPPUNIT_ASSERT_EQUAL(std::string("not-found"), status.code);
        CPPUNIT_ASSERT_EQUAL(std::string("no service named \"x\""), status.text);
        CPPUNIT_ASSERT_EQUAL(std::string("busy"), cli::parseReplyStatus("ERR busy").text);
    }

    void refusesOtherLines() {
        for (const auto* line : {"", "OKAY", "ok", "ERR", "ERROR x", "HTTP/1.1 400 Bad Request"}) {
            CPPUNIT_ASSERT_THROW(static_cast<void>(cli::parseReplyStatus(line)), cli::Failure);
        }
    }

    void readsJson() {
        CPPUNIT_ASSERT(cli::parseJsonReply(R"({"ok":true,"text":"fine","data":{}})").ok);
        const auto status = cli::parseJsonReply(R"({"ok":false,"code":"usage","text":"no"})");
        CHECK(cli::exitCodeOf(status) == ExitCode::Usage);
        CPPUNIT_ASSERT_EQUAL(std::string("no"), status.text);
    }

    void refusesOtherJson() {
        const std::string deep = "{\"ok\":" + std::string(5000, '[') + "}";
        for (const std::string& line : {std::string("{"), std::string("[]"), std::string("{}"),
                                        std::string(R"({"ok":{}})"), std::string("1"), deep}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(line, static_cast<void>(cli::parseJsonReply(line)),
                                         cli::Failure);
        }
    }

    void mapsCodesToExitCodes() {
        CHECK(codeFor("OK") == ExitCode::Ok);
        CHECK(codeFor("ERR not-found x") == ExitCode::Refused);
        CHECK(codeFor("ERR unknown x") == ExitCode::Usage);
        CHECK(codeFor("ERR denied x") == ExitCode::NoPermission);
        CHECK(codeFor("ERR bad-config x") == ExitCode::Configuration);
        CHECK(codeFor("ERR timeout x") == ExitCode::TryAgain);
        CHECK(codeFor("ERR of-tomorrow x") == ExitCode::Refused);
    }

    void takesTheDotOffTheBody() {
        CPPUNIT_ASSERT(cli::endsReply("."));
        CPPUNIT_ASSERT(!cli::endsReply(".."));
        CPPUNIT_ASSERT_EQUAL(std::string_view("."), cli::bodyLine(".."));
        CPPUNIT_ASSERT_EQUAL(std::string_view(".hidden"), cli::bodyLine("..hidden"));
        CPPUNIT_ASSERT_EQUAL(std::string_view("text"), cli::bodyLine("text"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyTest);

}  // namespace
}  // namespace berth::test
