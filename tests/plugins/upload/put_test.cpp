// tests/plugins/upload/put_test.cpp - files that arrive as they should.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/check.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

class PutTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PutTest);
    CPPUNIT_TEST(answersInOneLineAndPublishes);
    CPPUNIT_TEST(takesHeaderAndBodyInOnePiece);
    CPPUNIT_TEST(takesAHeaderSplitAnywhere);
    CPPUNIT_TEST(takesEveryByteAlone);
    CPPUNIT_TEST(takesFilesOfEverySizeAroundTheBuffers);
    CPPUNIT_TEST(takesManyFilesOnOneConnection);
    CPPUNIT_TEST(acknowledgesWhenTheFileIsThere);
    CPPUNIT_TEST(takesAWindowsPath);
    CPPUNIT_TEST(publishedFilesHaveTheMode);
    CPPUNIT_TEST(leavesNothingBehind);
    CPPUNIT_TEST(countsAndLogs);
    CPPUNIT_TEST(overwritesOnlyWhenToldTo);
    CPPUNIT_TEST_SUITE_END();

public:
    void answersInOneLineAndPublishes() {
        UploadFixture fixture;
        testing::LoopbackConnection client;
        client.send(putHeader("a.txt", 3));
        client.send("abc");
        client.finishSending();
        fixture.service().handle(client);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"status\":200,\"offset\":0}\n"), client.received());
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a.txt"));
    }

    void takesHeaderAndBodyInOnePiece() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 3) + "abc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a"));
    }

    void takesAHeaderSplitAnywhere() {
        UploadFixture fixture(Values{{"overwrite", "on"}});
        for (const auto* end : {"\n", "\r\n"}) {
            const auto text = " \n" + putObject(R"(x\"}{\\y)", 5, kAck) + end + "12345";
            for (std::size_t at = 1; at < text.size(); ++at) {
                const auto outcome = fixture.outcomes({text.substr(0, at), text.substr(at)});
                CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(at), std::string("200, 201"), outcome);
                CPPUNIT_ASSERT_EQUAL(std::string("12345"), fixture.content("y"));
            }
        }
    }

    void takesEveryByteAlone() {
        UploadFixture fixture;
        const auto body = someBytes(300);
        std::vector<std::string> pieces;
        for (const char c : putObject("a", body.size(), kAck) + "\r\n" + body) {
            pieces.emplace_back(1, c);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"), fixture.outcomes(pieces));
        CPPUNIT_ASSERT_EQUAL(body, fixture.content("a"));
    }

    void takesFilesOfEverySizeAroundTheBuffers() {
        UploadFixture fixture;
        constexpr std::size_t kBlock = 256 * 1024;
        for (const std::size_t base :
             {std::size_t{1}, kBlock / 4, kBlock / 2, kBlock, 4 * kBlock, 9 * kBlock}) {
            for (const auto size : {base - 1, base, base + 1}) {
                const auto name = std::to_string(size);
                const auto body = someBytes(size);
                const auto hashed = fixture.talk({putHeader(name + "h", size, kAck), body});
                CPPUNIT_ASSERT_EQUAL(sha256Of(body), hashed.at(1).text("sha256"));
                CPPUNIT_ASSERT_EQUAL(std::string("200"),
                                     fixture.outcomes({putHeader(name + "p", size), body}));
                CHECK(body == fixture.content(name + "h"));
                CHECK(body == fixture.content(name + "p"));
            }
        }
    }

    void takesManyFilesOnOneConnection() {
        UploadFixture fixture;
        std::string all;
        for (unsigned i = 0; i < 200; ++i) {
            const auto body = someBytes(i * 7, i);
            all += putHeader("f" + std::to_string(i), body.size(), i % 2 == 0 ? kAck : "") + body;
            if (i % 3 == 0) all += "\r\n";
        }
        const auto replies = fixture.talk({all.substr(0, 1000), all.substr(1000)});
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, replies.size());
        for (unsigned i = 0; i < 200; ++i) {
            CHECK(someBytes(i * 7, i) == fixture.content("f" + std::to_string(i)));
        }
    }

    void acknowledgesWhenTheFileIsThere() {
        UploadFixture fixture;
        LiveClient client(fixture);
        client.send(putHeader("a.txt", 3, kAck));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, client.reply().number("offset"));
        CHECK(isEmpty(fixture.names()));
        client.send("ab");
        client.send("c");
        const auto reply = client.reply();
        CPPUNIT_ASSERT_EQUAL(std::string("201"), reply.outcome());
        CPPUNIT_ASSERT_EQUAL(std::string("a.txt"), reply.text("filename"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, reply.number("bytes"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            reply.text("sha256"));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a.txt"));
    }

    void takesAWindowsPath() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes({putHeader(R"(C:\\Users\\me\\report.doc)", 2, kAck), "hi"}));
        CPPUNIT_ASSERT_EQUAL(std::string("hi"), fixture.content("report.doc"));
    }

    void publishedFilesHaveTheMode() {
        UploadFixture fixture(Values{{"mode", "604"}});
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 1), "x"}));
        const auto permissions = std::filesystem::status(fixture.folder() / "a").permissions();
        CHECK(permissions == static_cast<std::filesystem::perms>(0604));
    }

    void leavesNothingBehind() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 1), "x"}));
        const auto workspace = fixture.folder().path() / ".berth-upload";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(workspace)) {
            CPPUNIT_ASSERT_MESSAGE(entry.path().string(),
                                   entry.is_directory() || entry.path().filename() == "users");
        }
    }

    void countsAndLogs() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201, 409 exists"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc", putHeader("a", 1)}));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, fixture.counter("files_published"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, fixture.counter("bytes_published"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, fixture.counter("requests_refused"));
        const auto lines = fixture.context().logLines();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines.size());
        CHECK(startsWith(lines.front(),
                         R"(information: published "a" from 127.0.0.1:50000: 3 bytes in )"));
        CHECK(contains(lines.front(), "sha256 ba7816bf"));
    }

    void overwritesOnlyWhenToldTo() {
        UploadFixture fixture;
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 3), "old"}));
        CPPUNIT_ASSERT_EQUAL(std::string("409 exists"),
                             fixture.outcomes({putHeader("a", 3), "new"}));
        CPPUNIT_ASSERT_EQUAL(std::string("old"), fixture.content("a"));
        fixture.restart({{"overwrite", "on"}});
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 3), "new"}));
        CPPUNIT_ASSERT_EQUAL(std::string("new"), fixture.content("a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PutTest);

}  // namespace
}  // namespace berth::test
