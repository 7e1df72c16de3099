// tests/cli/upload_protocol_test.cpp - headers that are sent and answers that are understood.
#include "cli/put/upload_protocol.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "support/check.h"

namespace berth::test {
namespace {

class UploadProtocolTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UploadProtocolTest);
    CPPUNIT_TEST(writesAHeaderOnOneLine);
    CPPUNIT_TEST(leavesTheOffsetOutWhenItBeginsAnew);
    CPPUNIT_TEST(escapesNames);
    CPPUNIT_TEST(refusesNamesThatJsonCannotCarry);
    CPPUNIT_TEST(readsAnswers);
    CPPUNIT_TEST(refusesWhatIsNoAnswer);
    CPPUNIT_TEST(mapsRefusalsToExitCodes);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesAHeaderOnOneLine() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"action":"put","filename":"a.txt","file_size":9,"offset":4,)"
                        R"("sha256":"ab","ack":true})"
                        "\n"),
            cli::putHeader({"a.txt", 9, 4, "ab"}));
        CPPUNIT_ASSERT_EQUAL(std::string("{\"action\":\"stat\",\"filename\":\"a.txt\"}\n"),
                             cli::statHeader("a.txt"));
    }

    void leavesTheOffsetOutWhenItBeginsAnew() {
        CHECK(!contains(cli::putHeader({"a", 9, 0, ""}), "offset"));
    }

    void escapesNames() { CHECK(contains(cli::statHeader("a\"\\\n欢.txt"), R"("a\"\\\n欢.txt")")); }

    void refusesNamesThatJsonCannotCarry() {
        CPPUNIT_ASSERT_THROW(static_cast<void>(cli::statHeader("\xff.txt")), cli::Failure);
    }

    void readsAnswers() {
        const auto answer = cli::parseUploadAnswer(
            R"({"status":409,"error":"exists","message":"there","offset":3,"file_size":5})");
        CPPUNIT_ASSERT(!answer.accepted());
        CPPUNIT_ASSERT_EQUAL(std::string("exists"), answer.error);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, answer.offset);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, answer.fileSize);
        CPPUNIT_ASSERT(cli::parseUploadAnswer(R"({"status":200,"complete":true})").complete);
    }

    void refusesWhatIsNoAnswer() {
        for (const auto* json : {"{}", "{\"status\":\"x\"}", "{\"status\":200,\"offset\":-1}",
                                 "{\"status\":200,\"offset\":[]}", "{\"status\":1e99}", "{]"}) {
            CPPUNIT_ASSERT_THROW(static_cast<void>(cli::parseUploadAnswer(json)), cli::Failure);
        }
    }

    void mapsRefusalsToExitCodes() {
        const auto codeOf = [](int status) {
            cli::UploadAnswer answer;
            answer.status = status;
            return cli::UploadRefused(answer).code();
        };
        CHECK(codeOf(403) == cli::ExitCode::NoPermission);
        CHECK(codeOf(409) == cli::ExitCode::CannotCreate);
        CHECK(codeOf(422) == cli::ExitCode::Data);
        CHECK(codeOf(423) == cli::ExitCode::TryAgain);
        CHECK(codeOf(400) == cli::ExitCode::Refused);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UploadProtocolTest);

}  // namespace
}  // namespace berth::test
