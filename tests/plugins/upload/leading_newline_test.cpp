// tests/plugins/upload/leading_newline_test.cpp - headers that end with a newline, and files that
// begin with one.
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "upload_fixture.h"

namespace berth::test {
namespace {

class LeadingNewlineTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LeadingNewlineTest);
    CPPUNIT_TEST(tellsContentFromTheHeadersEnd);
    CPPUNIT_TEST(tellsThemWhenTheNextHeaderFollowsAtOnce);
    CPPUNIT_TEST(tellsThemWhileTheClientWaits);
    CPPUNIT_TEST(asksTheDigestFirst);
    CPPUNIT_TEST(takesFilesOfNewlinesOnly);
    CPPUNIT_TEST(takesALargeFileThatBeginsWithOne);
    CPPUNIT_TEST(goesOnBehindAPartWithANewline);
    CPPUNIT_TEST(resumesAfterALineAndForgetsWhatIsUncertain);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<std::string> bodies() {
        return {"\nabc", "\r\nabc", "abc",   "\n\nx", "{",        "\n{",
                "x{",    "\r",      "\rabc", "}\n",   "\n{\"a\"", "\r\n{}"};
    }

    static std::vector<std::string> ends() { return {"", "\n", "\r\n"}; }

    static std::string describe(const std::string& end, const std::string& body) {
        return std::to_string(end.size()) + " bytes of newline before " + body;
    }

public:
    void tellsContentFromTheHeadersEnd() {
        for (const auto& end : ends()) {
            for (const auto& body : bodies()) {
                UploadFixture fixture;
                const auto text = putHeader("a", body.size(), kAck) + end + body;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(describe(end, body), std::string("200, 201"),
                                             fixture.outcomes({text}));
                CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
            }
        }
    }

    void tellsThemWhenTheNextHeaderFollowsAtOnce() {
        for (const auto& end : ends()) {
            for (const auto& body : bodies()) {
                UploadFixture fixture;
                const auto text =
                    putHeader("a", body.size()) + end + body + putHeader("b", 2) + end + "ok";
                CPPUNIT_ASSERT_EQUAL_MESSAGE(describe(end, body), std::string("200, 200"),
                                             fixture.outcomes({text}));
                CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
                CPPUNIT_ASSERT_EQUAL(std::string("ok"), fixture.content("b"));
            }
        }
    }

    void tellsThemWhileTheClientWaits() {
        UploadFixture fixture;
        LiveClient client(fixture);
        client.send(putHeader("plain", 4, kAck));
        static_cast<void>(client.reply());
        client.send("\nabc");
        const auto reply = client.reply();
        CPPUNIT_ASSERT_EQUAL(sha256Of("\nabc"), reply.text("sha256"));
        client.send(putHeader("line", 4, kAck) + "\n");
        static_cast<void>(client.reply());
        client.send("\nabc");
        CPPUNIT_ASSERT_EQUAL(sha256Of("\nabc"), client.reply().text("sha256"));
        CPPUNIT_ASSERT_EQUAL(std::string("\nabc"), fixture.content("plain"));
        CPPUNIT_ASSERT_EQUAL(std::string("\nabc"), fixture.content("line"));
    }

    void asksTheDigestFirst() {
        UploadFixture fixture;
        LiveClient client(fixture);
        const std::string body = "abcd";
        client.send(putHeader("a", 4, kAck + R"(,"sha256":")" + sha256Of(body) + "\""));
        static_cast<void>(client.reply());
        // One byte is missing for a second: the digest says that it must come.
        client.send("\nabc");
        CPPUNIT_ASSERT(!waitUntilReceived(client, "201", std::chrono::milliseconds(1000)));
        client.send("d");
        CPPUNIT_ASSERT_EQUAL(std::string("201"), client.reply().outcome());
        CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
    }

    void takesFilesOfNewlinesOnly() {
        UploadFixture fixture(Values{{"overwrite", "on"}});
        for (const std::string body : {"\n", "\r\n", "\n\n", "\r", "\n\r\n"}) {
            for (const auto& end : ends()) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(
                    describe(end, body), std::string("200, 201"),
                    fixture.outcomes({putHeader("a", body.size(), kAck) + end + body}));
                CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
            }
        }
    }

    void takesALargeFileThatBeginsWithOne() {
        UploadFixture fixture;
        const auto body = "\r\n" + someBytes(2'500'000);
        const auto replies = fixture.talk(
            {putHeader("a", body.size(), kAck) + body.substr(0, 700), body.substr(700)});
        CPPUNIT_ASSERT_EQUAL(sha256Of(body), replies.at(1).text("sha256"));
        CPPUNIT_ASSERT(body == fixture.content("a"));
    }

    void goesOnBehindAPartWithANewline() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200, 400 incomplete"),
                             fixture.outcomes({putHeader("a", 8), "1234"}));
        const auto replies = fixture.talk({putHeader("a", 8, kAck + R"(,"offset":4)") + "\n678"});
        CPPUNIT_ASSERT_EQUAL(sha256Of("1234\n678"), replies.at(1).text("sha256"));
        CPPUNIT_ASSERT_EQUAL(std::string("1234\n678"), fixture.content("a"));
    }

    void resumesAfterALineAndForgetsWhatIsUncertain() {
        UploadFixture fixture;
        {
            LiveClient client(fixture);
            client.send(putHeader("line", 8) + "\n");
            static_cast<void>(client.reply());
            client.vanishAfter("1234", fixture.part("line"), 4);
        }
        {
            // Nobody can say whether 5 bytes of this file are here, or 4.
            LiveClient client(fixture);
            client.send(putHeader("uncertain", 8) + "\n1234");
            static_cast<void>(client.reply());
            client.vanishAfter("", fixture.part("uncertain"), 4);
        }
        const auto replies = fixture.talk({statHeader("line"), statHeader("uncertain")});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, replies.at(0).number("offset"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, replies.at(1).number("offset"));
        const auto incomplete = fixture.talk({putHeader("other", 8) + "\n1234"});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, incomplete.at(1).number("offset"));
    }

private:
    static bool waitUntilReceived(LiveClient& client, const std::string& text,
                                  std::chrono::milliseconds limit) {
        const auto end = std::chrono::steady_clock::now() + limit;
        return waitUntil([&] {
                   return client.received().find(text) != std::string::npos ||
                          std::chrono::steady_clock::now() > end;
               }) &&
               client.received().find(text) != std::string::npos;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LeadingNewlineTest);

}  // namespace
}  // namespace berth::test
