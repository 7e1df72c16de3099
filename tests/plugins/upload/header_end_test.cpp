// tests/plugins/upload/header_end_test.cpp - where a header ends and the file begins.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "support/check.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

class HeaderEndTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeaderEndTest);
    CPPUNIT_TEST(takesOneLineEndAfterAHeaderWithAKey);
    CPPUNIT_TEST(waitsForThatLineEnd);
    CPPUNIT_TEST(refusesAHeaderThatDoesNotEnd);
    CPPUNIT_TEST(refusesAHeaderWhoseLineEndNeverComes);
    CPPUNIT_TEST(looksForTheKeyAndNotForItsValue);
    CPPUNIT_TEST(takesALineEndOfTheSamePieceWithoutAKey);
    CPPUNIT_TEST(leavesALineEndOfALaterPieceWithoutAKey);
    CPPUNIT_TEST(noSilenceDecides);
    CPPUNIT_TEST(theOffsetCountsContentOnly);
    CPPUNIT_TEST(aDigestSurvivesAnInterruption);
    CPPUNIT_TEST(refusesAHeaderThatComesTooSlowly);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<std::string> bodies() {
        return {"abc", "\nabc",  "\r\nabc", "\n\nx", "{",         "\n{",    "x{",    "\r",
                "\n",  "\r\n\n", "\rabc",   "}\n",   "\n{\"a\"}", "\r\n{}", "\n\r\n"};
    }

    static std::string digestKey(const std::string& body) {
        return R"(,"sha256":")" + sha256Of(body) + "\"";
    }

    static std::string describe(const std::string& extra, const std::string& body) {
        return extra + " " + std::to_string(body.size()) + " bytes: " + body;
    }

    static std::uint64_t storedOf(UploadFixture& fixture) {
        return fixture.talk({statHeader("a")}).at(0).number("offset");
    }

    // A client sends the pieces, each read by itself, and ends.
    static void interrupt(UploadFixture& fixture, const std::vector<std::string>& pieces) {
        static_cast<void>(fixture.talk(pieces));
    }

public:
    void takesOneLineEndAfterAHeaderWithAKey() {
        for (const std::string end : {"\n", "\r\n"}) {
            for (const auto& body : bodies()) {
                for (const auto& extra : {kAck, digestKey(body) + kAck}) {
                    const auto header = putObject("a", body.size(), extra);
                    const auto text = header + end + body + putObject("b", 2, kAck) + end + "ok";
                    // In one piece, in two that part anywhere around the end, and byte by byte.
                    std::vector<std::vector<std::string>> ways{{text}};
                    for (std::size_t at = header.size() - 1; at < header.size() + 4; ++at) {
                        ways.push_back({text.substr(0, at), text.substr(at)});
                    }
                    auto& bytes = ways.emplace_back();
                    for (const char c : text) bytes.emplace_back(1, c);
                    for (const auto& pieces : ways) {
                        UploadFixture fixture;
                        CPPUNIT_ASSERT_EQUAL_MESSAGE(describe(extra, body),
                                                     std::string("200, 201, 200, 201"),
                                                     fixture.outcomes(pieces));
                        CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
                        CPPUNIT_ASSERT_EQUAL(std::string("ok"), fixture.content("b"));
                    }
                }
            }
        }
    }

    // For two seconds. Where this process is stopped for so long, it comes too late, and again.
    void waitsForThatLineEnd() {
        for (int attempt = 0; attempt < 5; ++attempt) {
            UploadFixture fixture;
            LiveClient client(fixture);
            const auto begun = std::chrono::steady_clock::now();
            client.send(putObject("a", 4, kAck));
            client.send("\r");
            const bool silent = client.staysSilentFor(200ms);
            client.send("\n");
            const auto outcome = client.reply().outcome();
            // The handler may be the one that was stopped.
            if (std::chrono::steady_clock::now() - begun >= 2s) continue;
            CPPUNIT_ASSERT(silent);
            CPPUNIT_ASSERT_EQUAL(std::string("200"), outcome);
            client.send("\nabc");
            CPPUNIT_ASSERT_EQUAL(sha256Of("\nabc"), client.reply().text("sha256"));
            return;
        }
        CPPUNIT_FAIL("the line end came too late each time");
    }

    void refusesAHeaderThatDoesNotEnd() {
        for (const std::string rest : {"abc", "\rabc", " \n", "{}", "\r\r\n", ""}) {
            UploadFixture fixture;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(rest, std::string("400 header-not-ended"),
                                         fixture.outcomes({putObject("a", 3, kAck) + rest}));
            CHECK(isEmpty(fixture.names()));
            CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("a")));
        }
    }

    void refusesAHeaderWhoseLineEndNeverComes() {
        UploadFixture fixture;
        LiveClient client(fixture);
        const auto begun = std::chrono::steady_clock::now();
        client.send(putObject("a", 3, R"(,"offset":0)") + "\r");
        CPPUNIT_ASSERT_EQUAL(std::string("400 header-not-ended"), client.reply().outcome());
        CHECK(std::chrono::steady_clock::now() - begun >= 1900ms);
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
    }

    void looksForTheKeyAndNotForItsValue() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("400 header-not-ended"),
                             fixture.outcomes({putObject("a", 3, R"(,"ack":false)") + "abc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 header-not-ended"),
                             fixture.outcomes({putObject("a", 3, R"(,"\u0061ck":false)") + "abc"}));
        CPPUNIT_ASSERT_EQUAL(
            std::string("400 header-not-ended"),
            fixture.outcomes({R"({"action":"stat","filename":"a","ack":true}{})"}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putObject("a", 3, R"(,"ack":false)") + "\nabc"}));
        // Within another member's value it is no key.
        CPPUNIT_ASSERT_EQUAL(
            std::string("200"),
            fixture.outcomes({putObject("b", 3, R"(,"note":{"ack":true})") + "abc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a"));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("b"));
    }

    void takesALineEndOfTheSamePieceWithoutAKey() {
        for (const std::string end : {"\n", "\r\n"}) {
            for (const auto& body : bodies()) {
                UploadFixture fixture;
                const auto header = putObject("a", body.size()) + end;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(describe(end, body), std::string("200, 200"),
                                             fixture.outcomes({header + body, statHeader("a")}));
                CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
                CPPUNIT_ASSERT_EQUAL(std::string("409 exists"), fixture.outcomes({header, body}));
                std::filesystem::remove(fixture.folder() / "a");
                CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({header, body}));
                CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
            }
        }
    }

    void leavesALineEndOfALaterPieceWithoutAKey() {
        for (const auto& body : bodies()) {
            UploadFixture fixture;
            LiveClient client(fixture);
            client.send(putObject("a", body.size()));
            CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
            client.send(body);
            client.finishSending();
            CPPUNIT_ASSERT(client.waitForEnd());
            CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
        }
        // A CR that is the last of its piece is no line end.
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putObject("a", 4) + "\r", "\nab"}));
        CPPUNIT_ASSERT_EQUAL(std::string("\r\nab"), fixture.content("a"));
    }

    void noSilenceDecides() {
        UploadFixture fixture;
        LiveClient client(fixture);
        client.send(putObject("a", 5, kAck) + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
        client.send("hell");
        CPPUNIT_ASSERT(client.staysSilentFor(900ms));
        client.send("o");
        CPPUNIT_ASSERT_EQUAL(std::string("201"), client.reply().outcome());
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), fixture.content("a"));
    }

    void theOffsetCountsContentOnly() {
        const auto body = "\nhello" + someBytes(94);
        UploadFixture fixture;
        interrupt(fixture, {putObject("a", 100) + "\n" + body.substr(0, 50)});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{50}, storedOf(fixture));
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes({putHeader("a", 100, R"(,"offset":50)" + kAck), body.substr(50)}));
        CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
    }

    void aDigestSurvivesAnInterruption() {
        const auto body = "\r\nhello" + someBytes(93);
        UploadFixture fixture;
        {
            LiveClient client(fixture);
            client.send(putHeader("a", 100, digestKey(body)));
            CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
            client.vanishAfter(body.substr(0, 50), fixture.part("a"), 50);
        }
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{50}, storedOf(fixture));
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes({putHeader("a", 100, R"(,"offset":50)" + kAck), body.substr(50)}));
        CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
    }

    // One byte now and then, never silent for long.
    void refusesAHeaderThatComesTooSlowly() {
        UploadFixture fixture;
        LiveClient client(fixture);
        client.send("{");
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (client.received().empty() && std::chrono::steady_clock::now() < end) {
            client.send(" ");
            static_cast<void>(client.staysSilentFor(100ms));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("408 header-too-slow"), client.reply().outcome());
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeaderEndTest);

}  // namespace
}  // namespace berth::test
