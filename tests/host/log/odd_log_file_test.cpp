// tests/host/log/odd_log_file_test.cpp - logs that are no regular file, and disks that are full.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "host/base/unique_fd.h"
#include "host/log/file_sink.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using host::FileSink;
using host::LogBatch;

// No file grows beyond this size, as if the disk were full.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        CHECK(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        const rlimit limit{size, before_.rlim_max};
        CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int);
};

LogBatch batch(std::initializer_list<std::string_view> lines) {
    LogBatch result;
    for (const auto line : lines) result.append(LogLevel::Information, line);
    return result;
}

void write(FileSink& sink, std::initializer_list<std::string_view> lines) {
    const auto all = batch(lines);
    CPPUNIT_ASSERT_EQUAL(lines.size(), sink.write(all, 0));
}

template <class Call>
std::string messageOf(Call call) {
    try {
        call();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

class OddLogFileTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OddLogFileTest);
    CPPUNIT_TEST(refusesAFifoThatNobodyReads);
    CPPUNIT_TEST(refusesWhatIsNoFile);
    CPPUNIT_TEST(writesToAFifoAsLongAsItIsRead);
    CPPUNIT_TEST(neverRenamesADevice);
    CPPUNIT_TEST(finishesALineThatAFullDiskCutInTwo);
    CPPUNIT_TEST(endsAnUnfinishedLineOfTheRunBefore);
    CPPUNIT_TEST_SUITE_END();

    std::string read(const std::string& name) { return readFile(folder_ / name); }

    TemporaryFolder folder_;
    const fs::path file_ = folder_ / "a.log";

public:
    void refusesAFifoThatNobodyReads() {
        CHECK(::mkfifo(file_.c_str(), 0600) == 0);
        const auto refusal = "cannot open the log file " + file_.string() +
                             ": it is a FIFO that nobody reads; start its reader first, or set "
                             "log to a file";
        CPPUNIT_ASSERT_EQUAL(refusal, messageOf([&] { const FileSink sink(file_, 0, 5); }));
        fs::remove(file_);
        FileSink sink(file_, 0, 5);
        fs::remove(file_);
        CHECK(::mkfifo(file_.c_str(), 0600) == 0);
        CPPUNIT_ASSERT_EQUAL(refusal, messageOf([&] { sink.reopen(); }));
    }

    void refusesWhatIsNoFile() {
        const host::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, file_.c_str(), file_.native().size() + 1);
        CHECK(::bind(socket.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
              0);
        CPPUNIT_ASSERT_EQUAL("cannot open the log file " + file_.string() +
                                 ": it is a socket; set log to stderr, syslog or a file",
                             messageOf([&] { const FileSink sink(file_, 0, 5); }));
        CPPUNIT_ASSERT_EQUAL(
            "cannot open the log file " + folder_.path().string() + ": Is a directory",
            messageOf([&] { const FileSink sink(folder_.path(), 0, 5); }));
    }

    // As /dev/stdout of a container.
    void writesToAFifoAsLongAsItIsRead() {
        CHECK(::mkfifo(file_.c_str(), 0600) == 0);
        const host::UniqueFd reader(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        FileSink sink(file_, 4, 5);
        write(sink, {"one", "two"});
        std::array<char, 16> buffer{};
        CPPUNIT_ASSERT_EQUAL(ssize_t{8}, ::read(reader.value(), buffer.data(), buffer.size()));
        const std::string large(1 << 20, 'x');
        const auto more = batch({large, large});
        CHECK(sink.write(more, 0) < 2);  // and comes back
        CPPUNIT_ASSERT(fs::is_fifo(file_));
    }

    void neverRenamesADevice() {
        fs::create_symlink("/dev/null", file_);
        FileSink sink(file_, 4, 5);
        for (int i = 0; i < 5; ++i) write(sink, {"line", "line"});
        CPPUNIT_ASSERT(fs::is_symlink(file_));
        CPPUNIT_ASSERT(!fs::exists(folder_.path() / "a.log.1"));
    }

    // What a full disk does: it takes a part, and the rest never or later.
    void finishesALineThatAFullDiskCutInTwo() {
        FileSink sink(file_, 0, 5);
        {
            const FileSizeLimit limit(6);
            const auto three = batch({"one", "two", "six"});
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sink.write(three, 0));
            CPPUNIT_ASSERT_EQUAL(std::string("one\ntw"), read("a.log"));
            CPPUNIT_ASSERT_THROW(static_cast<void>(sink.write(three, 2)), std::runtime_error);
        }
        write(sink, {"ten"});
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntwo\nten\n"), read("a.log"));
    }

    void endsAnUnfinishedLineOfTheRunBefore() {
        folder_.write("a.log", "one\ntw");
        FileSink sink(file_, 0, 5);
        write(sink, {"three"});
        CPPUNIT_ASSERT_EQUAL(std::string("one\ntw\nthree\n"), read("a.log"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OddLogFileTest);

}  // namespace
}  // namespace berth::test
