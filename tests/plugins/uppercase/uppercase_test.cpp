// tests/plugins/uppercase/uppercase_test.cpp - the built uppercase.so on a connection in memory.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <string>

#include "berth/errors.h"
#include "berth/testing/loopback_connection.h"
#include "support/plugin_under_test.h"

namespace berth::test {
namespace {

class UppercaseTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UppercaseTest);
    CPPUNIT_TEST(answersAChunkWithoutALineEnd);
    CPPUNIT_TEST(leavesOtherBytesAlone);
    CPPUNIT_TEST(convertsUtf8SplitAtEveryByte);
    CPPUNIT_TEST(returnsAnUnfinishedCharacterAtTheEnd);
    CPPUNIT_TEST(closesAtTheExitWord);
    CPPUNIT_TEST(closesAtTheExitWordInUtf8);
    CPPUNIT_TEST(closesAtAnotherExitWord);
    CPPUNIT_TEST(neverClosesWithoutAnExitWord);
    CPPUNIT_TEST(countsAndLogsWhoLeft);
    CPPUNIT_TEST(refusesAnUnknownEncoding);
    CPPUNIT_TEST_SUITE_END();

    using Pieces = std::vector<std::string>;

    // What the client received, followed by "|" when it was closed before its end of input.
    std::string outcome(const Values& values, const Pieces& pieces) {
        const auto service = plugin_.create("uppercase", values, context_);
        testing::LoopbackConnection client;
        for (const auto& piece : pieces) client.send(piece);
        client.send("-end");
        client.finishSending();
        service->handle(client);
        const auto received = client.received();
        return received.ends_with("-END") ? received.substr(0, received.size() - 4)
                                          : received + "|";
    }

    PluginUnderTest plugin_{"uppercase"};
    testing::TestContext context_;

public:
    void answersAChunkWithoutALineEnd() {
        const auto service = plugin_.create("uppercase", {}, context_);
        testing::LoopbackConnection client;
        client.setTimeout(std::chrono::milliseconds(1));
        client.send("hello");
        CPPUNIT_ASSERT_THROW(service->handle(client), TimedOut);
        CPPUNIT_ASSERT_EQUAL(std::string("HELLO"), client.received());
    }

    void leavesOtherBytesAlone() {
        const std::string bytes("\0\xC3\xA4 1[{`\xFF", 9);
        CPPUNIT_ASSERT_EQUAL(bytes + "Z", outcome({}, {bytes, "z"}));
    }

    void convertsUtf8SplitAtEveryByte() {
        Pieces pieces;
        for (const char c : std::string("straße ÿ")) pieces.emplace_back(1, c);
        CPPUNIT_ASSERT_EQUAL(std::string("STRASSE Ÿ"), outcome({{"encoding", "utf-8"}}, pieces));
    }

    void returnsAnUnfinishedCharacterAtTheEnd() {
        const auto service = plugin_.create("uppercase", {{"encoding", "utf-8"}}, context_);
        testing::LoopbackConnection client;
        client.send("a\xE2\x82");
        client.finishSending();
        service->handle(client);
        CPPUNIT_ASSERT_EQUAL(std::string("A\xE2\x82"), client.received());
    }

    void closesAtTheExitWord() {
        CPPUNIT_ASSERT_EQUAL(std::string("|"), outcome({}, {"exit"}));
        CPPUNIT_ASSERT_EQUAL(std::string("|"), outcome({}, {"exit\n"}));
        CPPUNIT_ASSERT_EQUAL(std::string("HI\n|"), outcome({}, {"hi\n", "exit\r\n"}));
        CPPUNIT_ASSERT_EQUAL(std::string("EXIT|"), outcome({}, {"e", "x", "i", "t", "\n"}));
    }

    void closesAtTheExitWordInUtf8() {
        CPPUNIT_ASSERT_EQUAL(std::string("Ä\n|"),
                             outcome({{"encoding", "utf-8"}}, {"ä\nexit\nmore"}));
        CPPUNIT_ASSERT_EQUAL(std::string("\xC3|"),
                             outcome({{"encoding", "utf-8"}}, {"\xC3", "exit"}));
    }

    void closesAtAnotherExitWord() {
        CPPUNIT_ASSERT_EQUAL(std::string("EXIT\n|"),
                             outcome({{"exit_word", "quit"}}, {"exit\n", "quit\n"}));
    }

    void neverClosesWithoutAnExitWord() {
        CPPUNIT_ASSERT_EQUAL(std::string("EXIT\n\n"),
                             outcome({{"exit_word", ""}}, {"exit\n", "\n"}));
    }

    void countsAndLogsWhoLeft() {
        outcome({}, {"exit"});
        outcome({}, {"stays"});
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, context_.counter("exits", "").value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, context_.logLines().size());
        CPPUNIT_ASSERT_EQUAL(std::string("debug: 127.0.0.1:50000 left by the exit word"),
                             context_.logLines().front());
    }

    void refusesAnUnknownEncoding() {
        const auto issues = plugin_.check("uppercase", {{"encoding", "utf8"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"("utf8" is not one of ascii, utf-8)"),
                             issues.front().message);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UppercaseTest);

}  // namespace
}  // namespace berth::test
