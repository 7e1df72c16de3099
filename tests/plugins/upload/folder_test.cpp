// tests/plugins/upload/folder_test.cpp - a folder that is replaced, foreign or shared.
#include <cppunit/extensions/HelperMacros.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "support/check.h"
#include "upload_fixture.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

class FolderTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FolderTest);
    CPPUNIT_TEST(goesToAFolderThatTookTheOldOnesPlace);
    CPPUNIT_TEST(goesToAFolderThatWasRemovedAndMadeAnew);
    CPPUNIT_TEST(refusesWhileTheFolderIsGone);
    CPPUNIT_TEST(neverAnswersThatAFileIsThereWhenItsFolderWasReplaced);
    CPPUNIT_TEST(makesItsWorkspaceAnew);
    CPPUNIT_TEST(namesWhatIsForeignAndStarts);
    CPPUNIT_TEST(waitsForNoFifoInTheWorkspace);
    CPPUNIT_TEST(tellsThatAFolderIsShared);
    CPPUNIT_TEST_SUITE_END();

    TemporaryFolder place_;
    const fs::path inbox_ = place_.path() / "inbox";

    Values inInbox() const {
        fs::create_directory(inbox_);
        return {{"directory", inbox_.string()}};
    }

    static bool logs(UploadFixture& fixture, const std::string& text) {
        return std::ranges::any_of(fixture.context().logLines(), [&](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }

public:
    void goesToAFolderThatTookTheOldOnesPlace() {
        UploadFixture fixture(inInbox());
        fs::rename(inbox_, place_ / "moved");
        fs::create_directory(inbox_);
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), readFile(inbox_ / "a"));
        CPPUNIT_ASSERT(!fs::exists(place_ / "moved/a"));
        CPPUNIT_ASSERT(logs(fixture, "warning: " + inbox_.string() + " was replaced"));
    }

    void goesToAFolderThatWasRemovedAndMadeAnew() {
        UploadFixture fixture(inInbox());
        fs::remove_all(inbox_);
        fs::create_directory(inbox_);
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201, 200"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc", statHeader("a")}));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), readFile(inbox_ / "a"));
    }

    void refusesWhileTheFolderIsGone() {
        UploadFixture fixture(inInbox());
        fs::rename(inbox_, place_ / "moved");
        for (int i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::string("503 folder-gone"),
                                 fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
            CPPUNIT_ASSERT_EQUAL(std::string("503 folder-gone"),
                                 fixture.outcomes({statHeader("a")}));
        }
        const auto lines = fixture.context().logLines();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, lines.size());
        CHECK(startsWith(lines.front(), "error: " + inbox_.string() + " was moved or "));
        fs::rename(place_ / "moved", inbox_);
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
    }

    void neverAnswersThatAFileIsThereWhenItsFolderWasReplaced() {
        UploadFixture fixture(inInbox());
        LiveClient client(fixture);
        client.send(putHeader("a", 3, kAck));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
        fs::rename(inbox_, place_ / "moved");
        fs::create_directory(inbox_);
        client.send("abc");
        CPPUNIT_ASSERT_EQUAL(std::string("503 folder-gone"), client.reply().outcome());
        CPPUNIT_ASSERT(!fs::exists(place_ / "moved/a"));
        client.send(putHeader("a", 3, kAck));
        CPPUNIT_ASSERT_EQUAL(std::string("200"), client.reply().outcome());
        client.send("abc");
        CPPUNIT_ASSERT_EQUAL(std::string("201"), client.reply().outcome());
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), readFile(inbox_ / "a"));
    }

    void makesItsWorkspaceAnew() {
        UploadFixture fixture(inInbox());
        for (const auto* gone : {".berth-upload", ".berth-upload/parts", ".berth-upload/states"}) {
            fs::remove_all(inbox_ / gone);
            fs::remove(inbox_ / "a");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(gone, std::string("200, 201"),
                                         fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
        }
    }

    void namesWhatIsForeignAndStarts() {
        const auto values = inInbox();
        const auto workspace = inbox_ / ".berth-upload";
        fs::create_directories(workspace / "states/folder");
        fs::create_directories(workspace / "parts/folder2/inner");
        fs::create_symlink("/etc/passwd", workspace / "states/link");
        fs::create_symlink("/etc/passwd", workspace / "parts/link2");
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo((workspace / "parts/fifo").c_str(), 0600));
        UploadFixture fixture(values);
        for (const auto* name :
             {"states/folder", "parts/folder2", "states/link", "parts/link2", "parts/fifo"}) {
            const auto path = (workspace / name).string();
            CPPUNIT_ASSERT_MESSAGE(path, logs(fixture, path + " is no regular file: "));
            CHECK(fs::symlink_status(path).type() != fs::file_type::not_found);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("200, 201"),
                             fixture.outcomes({putHeader("a", 3, kAck), "abc"}));
    }

    void waitsForNoFifoInTheWorkspace() {
        const auto values = inInbox();
        const auto states = inbox_ / ".berth-upload/states";
        fs::create_directories(states);
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo((states / "a").c_str(), 0600));
        UploadFixture fixture(values);
        CPPUNIT_ASSERT_EQUAL(std::string("500 io-error"), fixture.outcomes({statHeader("a")}));
        CPPUNIT_ASSERT_EQUAL(std::string("500 io-error"),
                             fixture.outcomes({putHeader("a", 3, kAck) + "abc"}));
        CPPUNIT_ASSERT(logs(fixture, "error: " + (states / "a").string()));
    }

    void tellsThatAFolderIsShared() {
        UploadFixture first(inInbox());
        CPPUNIT_ASSERT(!logs(first, "is shared"));
        UploadFixture second(inInbox());
        CPPUNIT_ASSERT(logs(second, "information: " + inbox_.string() + " is shared"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FolderTest);

}  // namespace
}  // namespace berth::test
