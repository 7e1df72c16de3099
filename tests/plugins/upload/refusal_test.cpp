// tests/plugins/upload/refusal_test.cpp - requests that are refused, and what happens then.
#include "upload/refusal.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "berth/detail/utf8.h"
#include "support/check.h"
#include "upload/storage_refusal.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

// Files of this process cannot grow beyond so many bytes while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_);
    }

private:
    rlimit before_{};
    void (*signal_)(int);
};

class RefusalTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefusalTest);
    CPPUNIT_TEST(endsAfterGarbage);
    CPPUNIT_TEST(answersUtf8ToBytesThatAreNone);
    CPPUNIT_TEST(limitsTheHeader);
    CPPUNIT_TEST(endsWhenTheBodyWouldBeTakenForARequest);
    CPPUNIT_TEST(goesOnWhenNoBodyFollows);
    CPPUNIT_TEST(waitsForAClientThatIsStillSending);
    CPPUNIT_TEST(refusesFilesThatAreTooLarge);
    CPPUNIT_TEST(refusesAWrongDigestAndKeepsNothing);
    CPPUNIT_TEST(publishesARightDigest);
    CPPUNIT_TEST(refusesNamesTakenByOtherThings);
    CPPUNIT_TEST(doesNotFollowLinksInTheWorkspace);
    CPPUNIT_TEST(freesWhatAFullFileSystemCannotHold);
    CPPUNIT_TEST(refusesWhenTooLittleSpaceIsFree);
    CPPUNIT_TEST(tellsWhatTheDiskDoesNotTake);
    CPPUNIT_TEST(everyCodeIsInTheProtocolsPage);
    CPPUNIT_TEST_SUITE_END();

public:
    void endsAfterGarbage() {
        UploadFixture fixture;
        for (const auto* text : {"GET / HTTP/1.1\r\n\r\n", "[1]", "{]", R"({"a":})", "\xFF\xFE",
                                 R"({"action":"put","filename":"a"})", "{"}) {
            const auto replies = fixture.talk({text, statHeader("a")});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::size_t{1}, replies.size());
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{400}, replies.at(0).number("status"));
            CPPUNIT_ASSERT(!replies.at(0).text("message").empty());
        }
        CHECK(isEmpty(fixture.talk({})));
        CHECK(isEmpty(fixture.talk({" \r\n \n"})));
    }

    // The JSON library puts the byte that it does not like into its message.
    void answersUtf8ToBytesThatAreNone() {
        UploadFixture fixture;
        for (const auto* text : {"{\"action\":\xFF}", "{\"action\xC3\":1}", "{\xFE}"}) {
            const auto replies = fixture.talk({text});
            CPPUNIT_ASSERT_EQUAL(std::string("bad-json"), replies.at(0).text("error"));
            const auto message = replies.at(0).text("message");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(message, message, detail::wellFormedUtf8(message));
        }
    }

    void limitsTheHeader() {
        UploadFixture fixture;
        const auto padded = [](std::size_t size) {
            const auto bare = statHeader("a");
            return bare.substr(0, bare.size() - 1) + std::string(size - bare.size(), ' ') + "}";
        };
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({padded(8192)}));
        CPPUNIT_ASSERT_EQUAL(std::string("431 header-too-long"), fixture.outcomes({padded(8193)}));
        CPPUNIT_ASSERT_EQUAL(std::string("431 header-too-long"),
                             fixture.outcomes({"{\"" + std::string(100'000, 'x')}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 bad-json"),
                             fixture.outcomes({R"({"a":)" + std::string(5000, '[')}));
    }

    void endsWhenTheBodyWouldBeTakenForARequest() {
        UploadFixture fixture;
        fixture.folder().write("taken", "x");
        const auto evil = putHeader("evil", 0);
        CPPUNIT_ASSERT_EQUAL(std::string("409 exists"),
                             fixture.outcomes({putHeader("taken", evil.size()), evil}));
        CPPUNIT_ASSERT_EQUAL(std::string("400 bad-name"),
                             fixture.outcomes({putHeader("..", evil.size()) + evil}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fixture.names().size());
    }

    void goesOnWhenNoBodyFollows() {
        UploadFixture fixture;
        fixture.folder().write("taken", "x");
        CPPUNIT_ASSERT_EQUAL(std::string("409 exists, 400 bad-name, 200, 201"),
                             fixture.outcomes({putHeader("taken", 0), statHeader(".."),
                                               putHeader("b", 1, R"(,"ack":true)"), "x"}));
    }

    void waitsForAClientThatIsStillSending() {
        UploadFixture fixture;
        LiveClient client(fixture);
        client.send(putHeader("..", 1'000'000));
        CPPUNIT_ASSERT_EQUAL(std::string("400 bad-name"), client.reply().outcome());
        for (int i = 0; i < 10; ++i) client.send(someBytes(100'000));
        client.finishSending();
        CPPUNIT_ASSERT(client.waitForEnd());
    }

    void refusesFilesThatAreTooLarge() {
        UploadFixture fixture(Values{{"max_file_size", "10"}});
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("a", 10), "0123456789"}));
        CPPUNIT_ASSERT_EQUAL(std::string("413 too-large"), fixture.outcomes({putHeader("b", 11)}));
        fixture.restart({{"max_file_size", "0"}});
        CPPUNIT_ASSERT_EQUAL(std::string("507 no-space"),
                             fixture.outcomes({putHeader("b", 9223372036854775807U)}));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("b")));
    }

    void refusesAWrongDigestAndKeepsNothing() {
        UploadFixture fixture;
        const auto wrong = R"(,"sha256":")" + sha256Of("abd") + "\"";
        // With an acknowledgement the client waits for the answer, and goes on after it.
        CPPUNIT_ASSERT_EQUAL(std::string("200, 422 checksum-mismatch, 200"),
                             fixture.outcomes({putHeader("a", 3, wrong + R"(,"ack":true)"), "abc",
                                               statHeader("a")}));
        CPPUNIT_ASSERT_EQUAL(std::string("200, 422 checksum-mismatch"),
                             fixture.outcomes({putHeader("a", 3, wrong), "abc", statHeader("a")}));
        CHECK(isEmpty(fixture.names()));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("a")));
    }

    void publishesARightDigest() {
        UploadFixture fixture;
        const auto body = someBytes(2'000'000);
        auto digest = sha256Of(body);
        std::ranges::transform(digest, digest.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        CPPUNIT_ASSERT_EQUAL(
            std::string("200"),
            fixture.outcomes(
                {putHeader("a", body.size(), R"(,"sha256":")" + digest + "\""), body}));
        CHECK(body == fixture.content("a"));
    }

    void refusesNamesTakenByOtherThings() {
        UploadFixture fixture(Values{{"overwrite", "on"}});
        TemporaryFolder outside;
        const auto secret = outside.write("secret", "secret");
        std::filesystem::create_symlink(secret, fixture.folder() / "link");
        std::filesystem::create_symlink("nowhere", fixture.folder() / "dangling");
        std::filesystem::create_directory(fixture.folder() / "folder");
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo((fixture.folder() / "fifo").c_str(), 0600));
        for (const auto* name : {"link", "dangling", "folder", "fifo"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("409 exists"),
                                 fixture.outcomes({putHeader(name, 4), "evil"}));
            CPPUNIT_ASSERT_EQUAL(std::string("409 exists"), fixture.outcomes({statHeader(name)}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("secret"), readFile(secret));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, fixture.names().size());
    }

    void doesNotFollowLinksInTheWorkspace() {
        UploadFixture fixture;
        TemporaryFolder outside;
        const auto secret = outside.write("secret", "secret");
        const auto workspace = fixture.folder().path() / ".berth-upload";
        std::filesystem::create_symlink(secret, workspace / "states" / "a");
        std::filesystem::create_symlink(secret, workspace / "parts" / "b");
        CPPUNIT_ASSERT_EQUAL(std::string("500 io-error"),
                             fixture.outcomes({putHeader("a", 4), "evil"}));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("b", 4), "good"}));
        CPPUNIT_ASSERT_EQUAL(std::string("secret"), readFile(secret));
        CPPUNIT_ASSERT(std::filesystem::is_regular_file(
            std::filesystem::symlink_status(fixture.folder() / "b")));
    }

    void freesWhatAFullFileSystemCannotHold() {
        UploadFixture fixture;
        const auto body = someBytes(3'000'000);
        for (const auto* extra : {"", R"(,"ack":true)"}) {
            const FileSizeLimit limit(1'000'000);
            CPPUNIT_ASSERT_EQUAL(std::string("200, 413 too-large"),
                                 fixture.outcomes({putHeader("a", body.size(), extra), body}));
        }
        CHECK(isEmpty(fixture.names()));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("a")));
        CPPUNIT_ASSERT_EQUAL(std::string("200"),
                             fixture.outcomes({putHeader("a", body.size()), body}));
    }

    void refusesWhenTooLittleSpaceIsFree() {
        UploadFixture fixture(Values{{"min_free_space", "1000T"}});
        CPPUNIT_ASSERT_EQUAL(std::string("507 no-space"),
                             fixture.outcomes({putHeader("a", 4), "abcd"}));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("a")));
    }

    void tellsWhatTheDiskDoesNotTake() {
        const auto told = [](int error) {
            return upload::textOf(
                       upload::refusalFor(std::system_error(error, std::generic_category())).code())
                .name;
        };
        CPPUNIT_ASSERT_EQUAL(std::string_view("too-large"), told(EFBIG));
        CPPUNIT_ASSERT_EQUAL(std::string_view("no-space"), told(ENOSPC));
        CPPUNIT_ASSERT_EQUAL(std::string_view("no-space"), told(EDQUOT));
        for (const int error : {EIO, EROFS, EACCES, EMFILE, ESTALE}) {
            CPPUNIT_ASSERT_EQUAL(std::string_view("io-error"), told(error));
        }
    }

    void everyCodeIsInTheProtocolsPage() {
        const auto page = readFile(BERTH_TEST_SOURCE_DIR "/docs/protocols/upload.md");
        for (const auto& text : upload::kRefusalTexts) {
            CPPUNIT_ASSERT(&upload::textOf(text.code) == &text);
            const auto row =
                "| `" + std::string(text.name) + "` | " + std::to_string(text.status) + " |";
            CHECK(contains(page, row));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusalTest);

}  // namespace
}  // namespace berth::test
