// tests/host/log/file_sink_test.cpp - rotation, reopening, permissions and full disks.
#include "host/log/file_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <stdexcept>

#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using host::FileSink;
using host::LogBatch;

class FileSinkTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FileSinkTest);
    CPPUNIT_TEST(appendsToWhatIsThere);
    CPPUNIT_TEST(rotatesBetweenLines);
    CPPUNIT_TEST(keepsSoManyFiles);
    CPPUNIT_TEST(rotatesInsideALargeBatch);
    CPPUNIT_TEST(followsAnotherProcessThatRotated);
    CPPUNIT_TEST(writesALineThatIsLargerThanAFile);
    CPPUNIT_TEST(countsWhatWasThereBefore);
    CPPUNIT_TEST(neverRotatesWithoutASize);
    CPPUNIT_TEST(opensThePathAgain);
    CPPUNIT_TEST(keepsTheOldFileWhenItCannotReopen);
    CPPUNIT_TEST(saysWhyItCannotOpen);
    CPPUNIT_TEST(saysWhyItCannotWrite);
    CPPUNIT_TEST(isNotForEverybodysEyes);
    CPPUNIT_TEST(staysOutOfChildProcesses);
    CPPUNIT_TEST(goesOnWhereItCannotRotate);
    CPPUNIT_TEST(keepsOldFilesWhileTheNewestCannotBeRenamed);
    CPPUNIT_TEST_SUITE_END();

    static LogBatch batch(std::initializer_list<std::string_view> lines) {
        LogBatch result;
        for (const auto line : lines) result.append(LogLevel::Information, line);
        return result;
    }

    static void write(FileSink& sink, std::initializer_list<std::string_view> lines) {
        const auto all = batch(lines);
        CPPUNIT_ASSERT_EQUAL(lines.size(), sink.write(all, 0));
    }

    template <class Call>
    static std::string messageOf(Call call) {
        try {
            call();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }

    std::string read(const std::string& name) { return readFile(folder_.path() / name); }

    TemporaryFolder folder_;
    const fs::path file_ = folder_.path() / "a.log";

public:
    void appendsToWhatIsThere() {
        folder_.write("a.log", "old\n");
        FileSink sink(file_, 0, 5);
        write(sink, {"one", "two"});
        CPPUNIT_ASSERT_EQUAL(std::string("old\none\ntwo\n"), read("a.log"));
    }

    void rotatesBetweenLines() {
        FileSink sink(file_, 10, 5);
        write(sink, {"aaaa", "bbbb"});
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log"));
        write(sink, {"cccc"});
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("cccc\n"), read("a.log"));
    }

    void keepsSoManyFiles() {
        FileSink sink(file_, 4, 2);
        for (const auto* line : {"one", "two", "six", "ten"}) write(sink, {line});
        CPPUNIT_ASSERT_EQUAL(std::string("ten\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("six\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("two\n"), read("a.log.2"));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.3"));
    }

    void rotatesInsideALargeBatch() {
        FileSink sink(file_, 10, 5);
        write(sink, {"aaaa", "bbbb", "cccc", "dddd", "eeee"});
        CPPUNIT_ASSERT_EQUAL(std::string("eeee\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("cccc\ndddd\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log.2"));
    }

    void followsAnotherProcessThatRotated() {
        FileSink old(file_, 10, 5);
        FileSink other(file_, 10, 5);
        write(old, {"aaaa", "bbbb"});
        write(other, {"cccc", "dddd"});
        write(other, {"eeee"});
        write(old, {"ffff"});
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\ncccc\ndddd\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("eeee\nffff\n"), read("a.log"));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.2"));
    }

    void writesALineThatIsLargerThanAFile() {
        const std::string large(100, 'x');
        FileSink sink(file_, 10, 5);
        write(sink, {large, "a", large});
        CPPUNIT_ASSERT_EQUAL(large + "\n", read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(large + "\n", read("a.log.2"));
    }

    void countsWhatWasThereBefore() {
        folder_.write("a.log", "12345678\n");
        FileSink sink(file_, 10, 5);
        write(sink, {"new"});
        CPPUNIT_ASSERT_EQUAL(std::string("new\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("12345678\n"), read("a.log.1"));
    }

    void neverRotatesWithoutASize() {
        FileSink sink(file_, 0, 5);
        for (int i = 0; i < 1000; ++i) write(sink, {"line"});
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{5000}, fs::file_size(file_));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.1"));
    }

    void opensThePathAgain() {
        FileSink sink(file_, 0, 5);
        write(sink, {"before"});
        fs::rename(file_, folder_.path() / "moved");
        write(sink, {"still"});
        sink.reopen();
        write(sink, {"after"});
        CPPUNIT_ASSERT_EQUAL(std::string("before\nstill\n"), read("moved"));
        CPPUNIT_ASSERT_EQUAL(std::string("after\n"), read("a.log"));
    }

    void keepsTheOldFileWhenItCannotReopen() {
        FileSink sink(file_, 0, 5);
        fs::rename(file_, folder_.path() / "moved");
        fs::create_directory(file_);
        CPPUNIT_ASSERT_THROW(sink.reopen(), std::runtime_error);
        write(sink, {"kept"});
        CPPUNIT_ASSERT_EQUAL(std::string("kept\n"), read("moved"));
    }

    void saysWhyItCannotOpen() {
        const auto missing = folder_.path() / "no/a.log";
        CPPUNIT_ASSERT_EQUAL(
            "cannot open the log file " + missing.string() + ": No such file or directory",
            messageOf([&] { const FileSink sink(missing, 0, 5); }));
    }

    void saysWhyItCannotWrite() {
        FileSink sink("/dev/full", 0, 5);
        CPPUNIT_ASSERT_EQUAL(
            std::string("cannot write to the log file /dev/full: No space left on device"),
            messageOf([&] { write(sink, {"line"}); }));
    }

    void isNotForEverybodysEyes() {
        const auto mask = ::umask(0);
        const FileSink sink(file_, 0, 5);
        ::umask(mask);
        CHECK(fs::status(file_).permissions() == fs::perms(0640));
    }

    void staysOutOfChildProcesses() {
        const auto openFlags = [this] {
            for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
                std::error_code gone;
                if (fs::read_symlink(entry.path(), gone) != file_) continue;
                return ::fcntl(std::stoi(entry.path().filename()), F_GETFD);
            }
            return -1;
        };
        FileSink sink(file_, 4, 5);
        CPPUNIT_ASSERT_EQUAL(FD_CLOEXEC, openFlags());
        write(sink, {"one", "two"});
        CPPUNIT_ASSERT_EQUAL(FD_CLOEXEC, openFlags());
    }

    // In a folder with the sticky bit each file is renamed by its owner only.
    void keepsOldFilesWhileTheNewestCannotBeRenamed() {
        if (::geteuid() != 0) return;  // who has one user only cannot make that
        constexpr uid_t kOther = 65534;
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(folder_.path().c_str(), 01777));
        folder_.write("a.log", "");
        CPPUNIT_ASSERT_EQUAL(0, ::chmod(file_.c_str(), 0666));
        for (const auto* name : {"a.log.1", "a.log.2"}) {
            folder_.write(name, name);
            CPPUNIT_ASSERT_EQUAL(0, ::chown((folder_.path() / name).c_str(), kOther, kOther));
        }
        const auto child = ::fork();
        if (child == 0) {
            if (::setresuid(kOther, kOther, kOther) != 0) ::_exit(1);
            FileSink sink(file_, 4, 3);
            const auto lines = batch({"one", "two", "six"});
            ::_exit(sink.write(lines, 0) == 3 ? 0 : 2);
        }
        int status = -1;
        CPPUNIT_ASSERT_EQUAL(child, ::waitpid(child, &status, 0));
        CPPUNIT_ASSERT_EQUAL(0, status);
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\nsix\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.log.1"), read("a.log.2"));
        CPPUNIT_ASSERT_EQUAL(std::string("a.log.2"), read("a.log.3"));
    }

    void goesOnWhereItCannotRotate() {
        FileSink sink(file_, 4, 1);
        fs::create_directories(folder_.path() / "a.log.1" / "in the way");
        write(sink, {"one", "two", "six"});
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\nsix\n"), read("a.log"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileSinkTest);

}  // namespace
}  // namespace berth::test
