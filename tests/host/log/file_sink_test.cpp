// tests/host/log/file_sink_test.cpp - rotation, reopening, permissions and full disks.
#include "host/log/file_sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <stdexcept>

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
    CPPUNIT_TEST_SUITE_END();

    static LogBatch batch(std::initializer_list<std::string_view> lines) {
        LogBatch result;
        for (const auto line : lines) result.append(LogLevel::Information, line);
        return result;
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
        sink.write(batch({"one", "two"}));
        CPPUNIT_ASSERT_EQUAL(std::string("old\none\ntwo\n"), read("a.log"));
    }

    void rotatesBetweenLines() {
        FileSink sink(file_, 10, 5);
        sink.write(batch({"aaaa", "bbbb"}));
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log"));
        sink.write(batch({"cccc"}));
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("cccc\n"), read("a.log"));
    }

    void keepsSoManyFiles() {
        FileSink sink(file_, 4, 2);
        for (const auto* line : {"one", "two", "six", "ten"}) sink.write(batch({line}));
        CPPUNIT_ASSERT_EQUAL(std::string("ten\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("six\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("two\n"), read("a.log.2"));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.3"));
    }

    void rotatesInsideALargeBatch() {
        FileSink sink(file_, 10, 5);
        sink.write(batch({"aaaa", "bbbb", "cccc", "dddd", "eeee"}));
        CPPUNIT_ASSERT_EQUAL(std::string("eeee\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("cccc\ndddd\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\n"), read("a.log.2"));
    }

    void followsAnotherProcessThatRotated() {
        FileSink old(file_, 10, 5);
        FileSink other(file_, 10, 5);
        old.write(batch({"aaaa", "bbbb"}));
        other.write(batch({"cccc", "dddd"}));
        other.write(batch({"eeee"}));
        old.write(batch({"ffff"}));
        CPPUNIT_ASSERT_EQUAL(std::string("aaaa\nbbbb\ncccc\ndddd\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(std::string("eeee\nffff\n"), read("a.log"));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.2"));
    }

    void writesALineThatIsLargerThanAFile() {
        const std::string large(100, 'x');
        FileSink sink(file_, 10, 5);
        sink.write(batch({large, "a", large}));
        CPPUNIT_ASSERT_EQUAL(large + "\n", read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n"), read("a.log.1"));
        CPPUNIT_ASSERT_EQUAL(large + "\n", read("a.log.2"));
    }

    void countsWhatWasThereBefore() {
        folder_.write("a.log", "12345678\n");
        FileSink sink(file_, 10, 5);
        sink.write(batch({"new"}));
        CPPUNIT_ASSERT_EQUAL(std::string("new\n"), read("a.log"));
        CPPUNIT_ASSERT_EQUAL(std::string("12345678\n"), read("a.log.1"));
    }

    void neverRotatesWithoutASize() {
        FileSink sink(file_, 0, 5);
        for (int i = 0; i < 1000; ++i) sink.write(batch({"line"}));
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t{5000}, fs::file_size(file_));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.1"));
    }

    void opensThePathAgain() {
        FileSink sink(file_, 0, 5);
        sink.write(batch({"before"}));
        fs::rename(file_, folder_.path() / "moved");
        sink.write(batch({"still"}));
        sink.reopen();
        sink.write(batch({"after"}));
        CPPUNIT_ASSERT_EQUAL(std::string("before\nstill\n"), read("moved"));
        CPPUNIT_ASSERT_EQUAL(std::string("after\n"), read("a.log"));
    }

    void keepsTheOldFileWhenItCannotReopen() {
        FileSink sink(file_, 0, 5);
        fs::rename(file_, folder_.path() / "moved");
        fs::create_directory(file_);
        CPPUNIT_ASSERT_THROW(sink.reopen(), std::runtime_error);
        sink.write(batch({"kept"}));
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
            messageOf([&] { sink.write(batch({"line"})); }));
    }

    void isNotForEverybodysEyes() {
        const auto mask = ::umask(0);
        const FileSink sink(file_, 0, 5);
        ::umask(mask);
        CPPUNIT_ASSERT(fs::status(file_).permissions() == fs::perms(0640));
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
        sink.write(batch({"one", "two"}));
        CPPUNIT_ASSERT_EQUAL(FD_CLOEXEC, openFlags());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FileSinkTest);

}  // namespace
}  // namespace berth::test
