// tests/plugins/upload/resume_test.cpp - files that arrive in more than one connection.
#include <cppunit/extensions/HelperMacros.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/check.h"
#include "upload/state_file.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

std::string offset(std::uint64_t bytes) {
    return R"(,"ack":true,"offset":)" + std::to_string(bytes);
}

class ResumeTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResumeTest);
    CPPUNIT_TEST(goesOnAfterAResetAtManyOffsets);
    CPPUNIT_TEST(goesOnAfterARestartAndACrash);
    CPPUNIT_TEST(goesOnAfterTheClientEnded);
    CPPUNIT_TEST(refusesAWrongOffsetAndChangesNothing);
    CPPUNIT_TEST(startsOverWithoutAnOffset);
    CPPUNIT_TEST(refusesAnotherFileSizeOrDigest);
    CPPUNIT_TEST(checksTheDigestOfAllPieces);
    CPPUNIT_TEST(finishesAPartThatIsWhole);
    CPPUNIT_TEST(tellsTheStateOfEveryFile);
    CPPUNIT_TEST(trustsOnlySyncedBytesOfAnotherBoot);
    CPPUNIT_TEST(doesNotTrustATornState);
    CPPUNIT_TEST(removesExpiredParts);
    CPPUNIT_TEST_SUITE_END();

    // Leaves the first `stored` bytes of the body as a part.
    static void interrupt(UploadFixture& fixture, const std::string& name, const std::string& body,
                          std::uint64_t stored, const std::string& extra = {}) {
        LiveClient client(fixture);
        client.send(putHeader(name, body.size(), extra));
        client.vanishAfter(std::string_view(body).substr(0, stored), fixture.part(name), stored);
        CPPUNIT_ASSERT(!client.waitForEnd());
    }

    static std::uint64_t storedOf(UploadFixture& fixture, const std::string& name) {
        return fixture.talk({statHeader(name)}).at(0).number("offset");
    }

public:
    void goesOnAfterAResetAtManyOffsets() {
        UploadFixture fixture(Values{{"overwrite", "on"}});
        const auto body = someBytes(3'000'000, 5);
        for (const std::uint64_t at :
             {1UL, 2UL, 4095UL, 4096UL, 65536UL, 262144UL, 262145UL, 1500000UL, 2999999UL}) {
            interrupt(fixture, "a", body, at);
            CPPUNIT_ASSERT_EQUAL(at, storedOf(fixture, "a"));
            const auto replies =
                fixture.talk({putHeader("a", body.size(), offset(at)), body.substr(at)});
            CPPUNIT_ASSERT_EQUAL(at, replies.at(0).number("offset"));
            CPPUNIT_ASSERT_EQUAL(sha256Of(body), replies.at(1).text("sha256"));
            CHECK(body == fixture.content("a"));
        }
    }

    void goesOnAfterARestartAndACrash() {
        UploadFixture fixture;
        const auto body = someBytes(1000);
        interrupt(fixture, "a", body, 300);
        fixture.restart();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, storedOf(fixture, "a"));
        {
            LiveClient client(fixture);
            client.send(putHeader("a", body.size(), offset(300)));
            client.vanishAfter(body.substr(300, 300), fixture.part("a"), 600);
        }
        fixture.crash();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{600}, storedOf(fixture, "a"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes({putHeader("a", 1000, offset(600)), body.substr(600)}));
        CHECK(body == fixture.content("a"));
    }

    void goesOnAfterTheClientEnded() {
        UploadFixture fixture;
        const auto replies = fixture.talk({putHeader("a", 10) + "1234"});
        CPPUNIT_ASSERT_EQUAL(std::string("400 incomplete"), replies.at(1).outcome());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, replies.at(1).number("offset"));
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 10, offset(4)) + "567890"}));
        CPPUNIT_ASSERT_EQUAL(std::string("1234567890"), fixture.content("a"));
    }

    void refusesAWrongOffsetAndChangesNothing() {
        UploadFixture fixture;
        const auto body = someBytes(1000);
        interrupt(fixture, "a", body, 300);
        for (const std::uint64_t wrong : {0U, 299U, 301U, 1000U}) {
            const auto reply = fixture.talk({putHeader("a", 1000, offset(wrong))}).at(0);
            CPPUNIT_ASSERT_EQUAL(std::string("409 offset-mismatch"), reply.outcome());
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, reply.number("offset"));
        }
        const auto unknown = fixture.talk({putHeader("b", 1000, offset(1))}).at(0);
        CPPUNIT_ASSERT_EQUAL(std::string("409 offset-mismatch"), unknown.outcome());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, unknown.number("offset"));
        CPPUNIT_ASSERT_EQUAL(body.substr(0, 300), readFile(fixture.part("a")));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("b")));
        CHECK(isEmpty(fixture.names()));
    }

    void startsOverWithoutAnOffset() {
        UploadFixture fixture;
        interrupt(fixture, "a", someBytes(1000), 300);
        CPPUNIT_ASSERT_EQUAL(std::string("200"), fixture.outcomes({putHeader("a", 3), "abc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a"));
    }

    void refusesAnotherFileSizeOrDigest() {
        UploadFixture fixture;
        const auto body = someBytes(1000);
        interrupt(fixture, "a", body, 300, R"(,"sha256":")" + sha256Of(body) + "\"");
        const auto outcome = [&](std::uint64_t size, const std::string& extra) {
            return fixture.talk({putHeader("a", size, offset(300) + extra)}).at(0).outcome();
        };
        CPPUNIT_ASSERT_EQUAL(std::string("409 part-mismatch"), outcome(999, ""));
        CPPUNIT_ASSERT_EQUAL(std::string("409 part-mismatch"),
                             outcome(1000, R"(,"sha256":")" + std::string(64, '0') + "\""));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, storedOf(fixture, "a"));
        // The digest told at first counts for the rest too.
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 422 checksum-mismatch"),
            fixture.outcomes({putHeader("a", 1000, offset(300)), std::string(700, 'x')}));
    }

    void checksTheDigestOfAllPieces() {
        UploadFixture fixture;
        const auto body = someBytes(2'000'000);
        const auto digest = R"(,"sha256":")" + sha256Of(body) + "\"";
        interrupt(fixture, "a", body, 1'200'000);
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes(
                {putHeader("a", body.size(), offset(1'200'000) + digest), body.substr(1'200'000)}));
        CHECK(body == fixture.content("a"));
    }

    void finishesAPartThatIsWhole() {
        UploadFixture fixture;
        // A file of that name appears while the client sends: the part stays.
        {
            LiveClient client(fixture);
            client.send(putHeader("a", 3, R"(,"ack":true)"));
            static_cast<void>(client.reply());
            fixture.folder().write("a", "planted");
            client.send("abc");
            CPPUNIT_ASSERT_EQUAL(std::string("409 exists"), client.reply().outcome());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("planted"), fixture.content("a"));
        std::filesystem::remove(fixture.folder() / "a");
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, offset(3))}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), fixture.content("a"));
    }

    void tellsTheStateOfEveryFile() {
        UploadFixture fixture;
        interrupt(fixture, "part", someBytes(1000), 300);
        fixture.folder().write("whole", "12345");
        LiveClient sender(fixture);
        sender.send(putHeader("busy", 9));
        static_cast<void>(sender.reply());

        const auto replies =
            fixture.talk({statHeader("none") + "\n", statHeader("part"), statHeader("folder/whole"),
                          statHeader("busy"), statHeader("..")});
        CPPUNIT_ASSERT(!replies.at(0).flag("complete"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, replies.at(0).number("offset"));
        CPPUNIT_ASSERT(!replies.at(0).has("file_size"));
        CPPUNIT_ASSERT(!replies.at(1).flag("complete"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, replies.at(1).number("offset"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1000}, replies.at(1).number("file_size"));
        CPPUNIT_ASSERT(!replies.at(1).has("busy"));
        CPPUNIT_ASSERT(replies.at(2).flag("complete"));
        CPPUNIT_ASSERT_EQUAL(std::string("whole"), replies.at(2).text("filename"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{5}, replies.at(2).number("offset"));
        CPPUNIT_ASSERT(replies.at(3).flag("busy"));
        CPPUNIT_ASSERT_EQUAL(std::string("400 bad-name"), replies.at(4).outcome());
    }

    void trustsOnlySyncedBytesOfAnotherBoot() {
        UploadFixture fixture;
        const auto body = someBytes(1000);
        const auto state = fixture.folder().path() / ".berth-upload/states/a";
        const auto rewrite = [&](std::uint64_t safe, const std::string& boot) {
            auto changed = upload::parseState(readFile(state)).value();
            changed.boot = boot;
            changed.safe = safe;
            std::ofstream(state, std::ios::trunc) << upload::formatState(changed);
        };
        interrupt(fixture, "a", body, 300);
        rewrite(130, "-");  // a machine that did not tell
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{130}, storedOf(fixture, "a"));
        rewrite(120, "another-boot");
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{120}, storedOf(fixture, "a"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("200, 201"),
            fixture.outcomes({putHeader("a", 1000, offset(120)), body.substr(120)}));
        CHECK(body == fixture.content("a"));

        // A service that is stopped makes its parts safe.
        interrupt(fixture, "b", body, 300);
        fixture.restart();
        const auto kept =
            upload::parseState(readFile(fixture.folder().path() / ".berth-upload/states/b"))
                .value();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, kept.safe);
    }

    void doesNotTrustATornState() {
        UploadFixture fixture;
        interrupt(fixture, "a", someBytes(1000), 300);
        const auto state = fixture.folder().path() / ".berth-upload/states/a";
        const auto whole = readFile(state);
        for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
            std::ofstream(state, std::ios::trunc) << whole.substr(0, size);
            CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, storedOf(fixture, "a"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, offset(0)), "abc"}));
    }

    void removesExpiredParts() {
        const Values shortLived{{"partial_ttl", "1s"}};
        UploadFixture fixture(shortLived);
        interrupt(fixture, "old", someBytes(1000), 300);
        const auto longAgo = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
        std::filesystem::last_write_time(fixture.part("old"), longAgo);
        // One in the course of service, one at a start.
        unsigned count = 0;
        CPPUNIT_ASSERT(waitUntil([&] {
            static_cast<void>(fixture.talk({putHeader("new" + std::to_string(++count), 0)}));
            return !std::filesystem::exists(fixture.part("old"));
        }));
        const Values longLived{{"partial_ttl", "10m"}};
        fixture.restart(longLived);
        interrupt(fixture, "old", someBytes(1000), 300);
        interrupt(fixture, "young", someBytes(1000), 300);
        std::filesystem::last_write_time(fixture.part("old"), longAgo);
        fixture.restart(longLived);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, storedOf(fixture, "old"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300}, storedOf(fixture, "young"));
        CPPUNIT_ASSERT(!std::filesystem::exists(fixture.part("old")));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResumeTest);

}  // namespace
}  // namespace berth::test
