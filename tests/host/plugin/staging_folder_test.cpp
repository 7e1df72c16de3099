// tests/host/plugin/staging_folder_test.cpp - copies of plugin files: whole, private, cleaned up.
#include "host/plugin/staging_folder.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include "plugin_test_support.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::StagedFile;
using host::StagingFolder;

unsigned modeOf(const std::filesystem::path& path) {
    struct stat status {};
    CPPUNIT_ASSERT_EQUAL(0, ::stat(path.c_str(), &status));
    return status.st_mode & 07777U;
}

class StagingFolderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StagingFolderTest);
    CPPUNIT_TEST(copiesTheWholeFile);
    CPPUNIT_TEST(letsNobodyElseIn);
    CPPUNIT_TEST(removesACopyWithItsObject);
    CPPUNIT_TEST(givesEachCopyAPathOfItsOwn);
    CPPUNIT_TEST(putsTheLabelIntoTheName);
    CPPUNIT_TEST(removesWhatADeadProcessLeft);
    CPPUNIT_TEST(keepsWhatALivingProcessUses);
    CPPUNIT_TEST(leavesFilesOfOthersAlone);
    CPPUNIT_TEST(refusesAFolderOfAnotherUser);
    CPPUNIT_TEST(refusesAFileInThePlaceOfTheFolder);
    CPPUNIT_TEST(refusesSourcesThatAreNoRegularFiles);
    CPPUNIT_TEST(refusesAFileThatChangesMeanwhile);
    CPPUNIT_TEST(removesATemporaryFolder);
    CPPUNIT_TEST_SUITE_END();

public:
    void copiesTheWholeFile() {
        std::string content(300'001, 'x');
        content.back() = '\0';
        const auto source = folder_.write("source.so", content);
        const auto staged = StagingFolder(staging()).stage(source);
        CHECK(content == readFile(staged.path()));
        CHECK(staged.source() == *host::identityOf(source));
    }

    void letsNobodyElseIn() {
        std::filesystem::create_directories(staging());
        std::filesystem::permissions(staging(), std::filesystem::perms(0755));
        const auto staged = stageOne(StagingFolder(staging()));
        CPPUNIT_ASSERT_EQUAL(0700U, modeOf(staging()));
        CPPUNIT_ASSERT_EQUAL(0600U, modeOf(staged.path()));
    }

    void removesACopyWithItsObject() {
        const StagingFolder stagingFolder(staging());
        {
            auto first = stageOne(stagingFolder);
            const auto second = std::move(first);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, filesIn(staging()));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(staging()));
    }

    void givesEachCopyAPathOfItsOwn() {
        const StagingFolder one(staging());
        const StagingFolder other(staging());
        const auto first = stageOne(one);
        const auto second = stageOne(one);
        const auto third = stageOne(other);
        CHECK(first.path() != second.path());
        CHECK(first.path() != third.path());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, filesIn(staging()));
    }

    void putsTheLabelIntoTheName() {
        auto staged = stageOne(StagingFolder(staging()));
        staged.relabel("echo-0123");
        const auto name = staged.path().filename().string();
        CHECK(startsWith(name, "echo-0123@" + std::to_string(::getpid()) + "-"));
        CHECK(endsWith(name, ".so"));
        CPPUNIT_ASSERT(std::filesystem::exists(staged.path()));
    }

    void removesWhatADeadProcessLeft() {
        const StagingFolder first(staging());
        killedWhileItHasStaged(first);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, filesIn(staging()));
        const StagingFolder next(staging());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(staging()));
    }

    void keepsWhatALivingProcessUses() {
        const auto staged = stageOne(StagingFolder(staging()));
        const StagingFolder next(staging());
        CPPUNIT_ASSERT(std::filesystem::exists(staged.path()));
    }

    void leavesFilesOfOthersAlone() {
        std::filesystem::create_directories(staging());
        std::ofstream(staging() / "notes.txt") << "keep";
        std::ofstream(staging() / "echo.so") << "keep";
        const StagingFolder stagingFolder(staging());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, filesIn(staging()));
    }

    void refusesAFolderOfAnotherUser() {
        auto foreign = std::filesystem::path("/usr");
        if (::geteuid() == 0) {
            foreign = folder_ / "foreign";
            std::filesystem::create_directory(foreign);
            CPPUNIT_ASSERT_EQUAL(0, ::chown(foreign.c_str(), 65534, 65534));
        }
        CPPUNIT_ASSERT_EQUAL(foreign.string() +
                                 ": the folder for staged plugins belongs to another user: remove "
                                 "it, or set `state` to a folder of this user",
                             pluginError([&] { StagingFolder refused(foreign); }));
    }

    void refusesAFileInThePlaceOfTheFolder() {
        const auto file = folder_.write("file", "");
        CPPUNIT_ASSERT_EQUAL(
            file.string() + ": the folder for staged plugins cannot be opened: Not a directory",
            pluginError([&] { StagingFolder refused(file); }));
        CPPUNIT_ASSERT_EQUAL(
            (file / "below").string() + ": the folder cannot be made: Not a directory",
            pluginError([&] { StagingFolder refused(file / "below"); }));
    }

    void refusesSourcesThatAreNoRegularFiles() {
        const StagingFolder stagingFolder(staging());
        CPPUNIT_ASSERT_EQUAL(folder_.path().string() + ": not a regular file", pluginError([&] {
                                 static_cast<void>(stagingFolder.stage(folder_.path()));
                             }));
        const auto absent = folder_ / "absent.so";
        CPPUNIT_ASSERT_EQUAL(absent.string() + ": cannot be opened: No such file or directory",
                             pluginError([&] { static_cast<void>(stagingFolder.stage(absent)); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(staging()));
    }

    // A copy that no write fell into may succeed, so the writer goes on until one is refused.
    void refusesAFileThatChangesMeanwhile() {
        const auto source = folder_.write("changing.so", std::string(8 << 20, 'x'));
        const StagingFolder stagingFolder(staging());
        std::atomic<bool> done{false};
        std::jthread writer([&] {
            while (!done) std::ofstream(source, std::ios::app) << 'y';
        });
        const auto expected = source.string() +
                              ": changed while it was read: put plugins in place by renaming (mv "
                              "or install), not by writing over them";
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        std::string error;
        while (error != expected && std::chrono::steady_clock::now() < deadline) {
            error = pluginError([&] { static_cast<void>(stagingFolder.stage(source)); });
        }
        done = true;
        writer.join();
        CPPUNIT_ASSERT_EQUAL(expected, error);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(staging()));
    }

    void removesATemporaryFolder() {
        std::filesystem::path path;
        {
            const auto temporary = StagingFolder::temporary();
            path = temporary.path();
            CPPUNIT_ASSERT_EQUAL(0700U, modeOf(path));
            const auto staged = stageOne(temporary);
        }
        CPPUNIT_ASSERT(!std::filesystem::exists(path));
    }

private:
    [[nodiscard]] std::filesystem::path staging() const { return folder_ / "state/plugins"; }

    [[nodiscard]] StagedFile stageOne(const StagingFolder& stagingFolder) const {
        return stagingFolder.stage(folder_.write("source.so", "content"));
    }

    // In a process of its own, which ends without destroying anything.
    void killedWhileItHasStaged(const StagingFolder& stagingFolder) const {
        const auto child = ::fork();
        if (child == 0) {
            const auto staged = stageOne(stagingFolder);
            ::kill(::getpid(), SIGKILL);
        }
        int status = 0;
        CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
        CPPUNIT_ASSERT(WIFSIGNALED(status));
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StagingFolderTest);

}  // namespace
}  // namespace berth::test
