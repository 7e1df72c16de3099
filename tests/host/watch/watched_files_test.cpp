// tests/host/watch/watched_files_test.cpp - when a change counts, and what is told of it.
#include "host/watch/watched_files.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "host/base/unique_fd.h"
#include "host/listen/listener.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

using host::FileChange;
using host::WatchedFiles;
using host::WatchedFolder;

class WatchedFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WatchedFilesTest);
    CPPUNIT_TEST(tellsWhatAppearedChangedAndLeft);
    CPPUNIT_TEST(saysNothingOfWhatCameAndWent);
    CPPUNIT_TEST(knowsThatAFileIsBeingWritten);
    CPPUNIT_TEST(takesAFileThatIsMadeToBeRead);
    CPPUNIT_TEST(waitsForAWriterThoughOthersRead);
    CPPUNIT_TEST(takesAFileThatIsLinkedInWhole);
    CPPUNIT_TEST(losesNoWriterWhenAFolderMoves);
    CPPUNIT_TEST(takesWritersOver);
    CPPUNIT_TEST(takesLinksAtOnce);
    CPPUNIT_TEST(ignoresSockets);
    CPPUNIT_TEST(findsAFolderThatIsMadeLater);
    CPPUNIT_TEST(followsALinkToAnotherFolder);
    CPPUNIT_TEST(tellsWhatChangedWhileOthersWereAdded);
    CPPUNIT_TEST(tellsWhatChangedAfterItWasRead);
    CPPUNIT_TEST(namesFiveFilesInALine);
    CPPUNIT_TEST_SUITE_END();

    std::vector<WatchedFolder> plan(const std::string& folder = "w") const {
        return {{folder_ / folder, {"*.ini"}}};
    }

    host::UniqueFd open(const std::string& name, int flags) const {
        host::UniqueFd file(::open((folder_ / name).c_str(), flags | O_CLOEXEC, 0600));
        CPPUNIT_ASSERT_MESSAGE(name, file);
        return file;
    }

    std::string told(WatchedFiles& files) const {
        files.update();
        return describe(files.take(), folder_.path());
    }

public:
    void setUp() override { fs::create_directory(folder_ / "w"); }
    void tearDown() override { fs::remove_all(folder_ / "w"); }

    void tellsWhatAppearedChangedAndLeft() {
        folder_.write("w/b.ini", "b");
        folder_.write("w/c.ini", "c");
        WatchedFiles files(plan(), nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
        folder_.write("w/a.ini", "a");
        std::ofstream(folder_ / "w/b.ini") << "more";
        fs::remove(folder_ / "w/c.ini");
        folder_.write("w/d.txt", "d");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared, w/b.ini changed, w/c.ini left"),
                             told(files));
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
    }

    void saysNothingOfWhatCameAndWent() {
        WatchedFiles files(plan(), nullptr);
        folder_.write("w/a.ini", "a");
        fs::remove(folder_ / "w/a.ini");
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
    }

    void knowsThatAFileIsBeingWritten() {
        WatchedFiles files(plan(), nullptr);
        std::ofstream file(folder_ / "w/a.ini");
        files.update();
        CPPUNIT_ASSERT(files.patience());
        CPPUNIT_ASSERT(!files.touched());
        file << "a";
        file.close();
        files.update();
        CPPUNIT_ASSERT(!files.patience());
        CPPUNIT_ASSERT(files.touched());
        std::ofstream again(folder_ / "w/a.ini");
        files.update();
        CPPUNIT_ASSERT(files.patience());
        fs::remove(folder_ / "w/a.ini");
        files.update();
        CPPUNIT_ASSERT(!files.patience());
    }

    // As flock(1) does.
    void takesAFileThatIsMadeToBeRead() {
        WatchedFiles files(plan(), nullptr);
        {
            const auto lock = open("w/a.ini", O_CREAT | O_RDONLY);
            files.update();
            CPPUNIT_ASSERT(files.patience());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
        CPPUNIT_ASSERT(!files.patience());
    }

    void waitsForAWriterThoughOthersRead() {
        WatchedFiles files(plan(), nullptr);
        const auto writer = open("w/a.ini", O_CREAT | O_WRONLY);
        files.update();
        open("w/a.ini", O_RDONLY).reset();
        files.update();
        CPPUNIT_ASSERT(files.patience());
        CPPUNIT_ASSERT(!files.touched());
        CPPUNIT_ASSERT_EQUAL(ssize_t{1}, ::write(writer.value(), "a", 1));
        open("w/a.ini", O_RDONLY).reset();
        open("w/a.ini", O_RDONLY).reset();
        files.update();
        CPPUNIT_ASSERT(files.patience());
        CPPUNIT_ASSERT(!files.touched());
    }

    // Filled without a name; what is seen of it is its name, made by linkat().
    void takesAFileThatIsLinkedInWhole() {
        const auto source = folder_.write("source.ini", "a");
        WatchedFiles files(plan(), nullptr);
        fs::create_hard_link(source, folder_ / "w/a.ini");
        fs::remove(source);
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
        CPPUNIT_ASSERT(!files.patience());
        open("w/a.ini", O_RDONLY).reset();
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
    }

    void losesNoWriterWhenAFolderMoves() {
        fs::create_directory(folder_ / "w/other");
        auto both = plan();
        both.push_back(plan("w/other").front());
        WatchedFiles files(both, nullptr);
        std::ofstream file(folder_ / "w/a.ini");
        file << "a" << std::flush;
        files.update();
        fs::rename(folder_ / "w/other", folder_ / "w/away");
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
        fs::rename(folder_ / "w/away", folder_ / "w/other");
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
        CPPUNIT_ASSERT(files.patience());
        file.close();
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
    }

    void takesWritersOver() {
        WatchedFiles before(plan(), nullptr);
        std::ofstream file(folder_ / "w/a.ini");
        file << "a" << std::flush;
        auto both = plan();
        both.push_back(plan("w/other").front());
        WatchedFiles files(both, &before);
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
        CPPUNIT_ASSERT(files.patience());
        file.close();
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
    }

    void takesLinksAtOnce() {
        const auto real = folder_.write("real.ini", "a");
        WatchedFiles files(plan(), nullptr);
        fs::create_symlink(real, folder_ / "w/a.ini");
        fs::create_hard_link(real, folder_ / "w/b.ini");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared, w/b.ini appeared"), told(files));
    }

    void ignoresSockets() {
        WatchedFiles files(plan(), nullptr);
        const host::ListenAddress address{.kind = host::ListenAddress::Kind::Unix,
                                          .path = folder_ / "w/a.ini"};
        const host::Listener listener(address, {}, {});
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
        CPPUNIT_ASSERT(!files.patience());
    }

    void findsAFolderThatIsMadeLater() {
        WatchedFiles files(plan("w/x/y"), nullptr);
        fs::create_directories(folder_ / "w/x/y");
        folder_.write("w/x/y/a.ini", "a");
        CPPUNIT_ASSERT_EQUAL(std::string("w/x/y/a.ini appeared"), told(files));
        fs::rename(folder_ / "w/x", folder_ / "w/z");
        CPPUNIT_ASSERT_EQUAL(std::string("w/x/y/a.ini left"), told(files));
        fs::rename(folder_ / "w/z", folder_ / "w/x");
        CPPUNIT_ASSERT_EQUAL(std::string("w/x/y/a.ini appeared"), told(files));
        std::ofstream(folder_ / "w/x/y/a.ini") << "more";
        CPPUNIT_ASSERT_EQUAL(std::string("w/x/y/a.ini changed"), told(files));
    }

    void followsALinkToAnotherFolder() {
        folder_.write("w/one/a.ini", "a");
        folder_.write("w/two/b.ini", "b");
        fs::create_directory_symlink("one", folder_ / "w/link");
        WatchedFiles files(plan("w/link"), nullptr);
        fs::create_directory_symlink("two", folder_ / "w/new");
        fs::rename(folder_ / "w/new", folder_ / "w/link");
        CPPUNIT_ASSERT_EQUAL(std::string("w/link/a.ini left, w/link/b.ini appeared"), told(files));
    }

    void tellsWhatChangedWhileOthersWereAdded() {
        folder_.write("w/a.ini", "a");
        folder_.write("w/other/b.ini", "b");
        WatchedFiles before(plan(), nullptr);
        std::ofstream(folder_ / "w/a.ini") << "more";
        auto both = plan();
        both.push_back(plan("w/other").front());
        WatchedFiles files(both, &before);
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
    }

    void tellsWhatChangedAfterItWasRead() {
        timespec read{};
        ::clock_gettime(CLOCK_REALTIME_COARSE, &read);
        folder_.write("w/a.ini", "a");
        WatchedFiles files(plan(), nullptr, read);
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
        read.tv_sec += 3600;
        WatchedFiles later(plan(), nullptr, read);
        CPPUNIT_ASSERT_EQUAL(std::string(), told(later));
    }

    void namesFiveFilesInALine() {
        std::vector<FileChange> changes;
        for (const auto* name : {"/a/1", "/b/2", "/a/3", "/a/4", "/a/5", "/a/6", "/a/7"}) {
            changes.push_back({name, "left"});
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1 left, /b/2 left, 3 left, 4 left, 5 left and 2 more"),
                             describe(changes, "/a"));
    }

private:
    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(WatchedFilesTest);

}  // namespace
}  // namespace berth::test
