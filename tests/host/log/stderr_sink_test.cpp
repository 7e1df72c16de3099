// tests/host/log/stderr_sink_test.cpp - standard error as a pipe that is full, or gone.
#include "host/log/stderr_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <future>
#include <stdexcept>
#include <string>

#include "host/base/unique_fd.h"
#include "support/check.h"
#include "support/read_all.h"

namespace berth::test {
namespace {

using host::LogBatch;
using host::StderrSink;
using host::UniqueFd;

// Standard error is a pipe as long as this object lives.
class StderrPipe {
public:
    explicit StderrPipe(int flags = O_NONBLOCK) : saved_(::dup(STDERR_FILENO)) {
        std::array<int, 2> ends{};
        CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
        reader = host::UniqueFd(ends[0]);
        const UniqueFd writer(ends[1]);
        CHECK(::fcntl(writer.value(), F_SETFL, flags) == 0);
        CHECK(::dup2(writer.value(), STDERR_FILENO) >= 0);
    }
    StderrPipe(const StderrPipe&) = delete;
    StderrPipe& operator=(const StderrPipe&) = delete;
    ~StderrPipe() { restore(); }

    void restore() {
        if (saved_) ::dup2(saved_.value(), STDERR_FILENO);
        saved_.reset();
    }

    UniqueFd reader;

private:
    UniqueFd saved_;
};

class StderrSinkTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StderrSinkTest);
    CPPUNIT_TEST(writesEverythingIntoASlowPipe);
    CPPUNIT_TEST(saysThatStandardErrorIsGone);
    CPPUNIT_TEST(doesNotWaitForAReader);
    CPPUNIT_TEST(keepsLinesWholeThatAFullPipeCutInTwo);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesEverythingIntoASlowPipe() {
        LogBatch batch;
        for (int i = 0; i < 20'000; ++i)
            batch.append(LogLevel::Information, "line " + std::to_string(i));
        StderrPipe pipe;
        auto received =
            std::async(std::launch::async, [&pipe] { return readAll(pipe.reader.value()); });
        StderrSink sink;
        for (std::size_t written = 0; written < batch.lines.size();) {
            written += sink.write(batch, written);
        }
        pipe.restore();
        CHECK(received.get() == batch.text);
    }

    void saysThatStandardErrorIsGone() {
        LogBatch batch;
        batch.append(LogLevel::Information, "line");
        StderrPipe pipe;
        pipe.reader.reset();
        std::string message;
        try {
            static_cast<void>(StderrSink().write(batch, 0));
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("cannot write to standard error: Broken pipe"), message);
    }

    static LogBatch moreThanAPipeTakes() {
        LogBatch batch;
        for (int i = 0; i < 20; ++i) {
            batch.append(LogLevel::Information, std::string(9'999, static_cast<char>('a' + i)));
        }
        return batch;
    }

    // As a shell makes it: one that blocks, whose flags are everybody's.
    void doesNotWaitForAReader() {
        const auto batch = moreThanAPipeTakes();
        StderrPipe pipe(0);
        StderrSink sink;
        const auto written = sink.write(batch, 0);
        const auto more = sink.write(batch, written);
        const bool blocks = (::fcntl(STDERR_FILENO, F_GETFL) & O_NONBLOCK) == 0;
        pipe.restore();
        CHECK(written > 0);
        CHECK(written < batch.lines.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, more);
        CPPUNIT_ASSERT(blocks);
    }

    void keepsLinesWholeThatAFullPipeCutInTwo() {
        const auto batch = moreThanAPipeTakes();
        LogBatch last;
        last.append(LogLevel::Information, "last");
        StderrPipe pipe(0);
        StderrSink sink;
        auto written = sink.write(batch, 0);
        auto received =
            std::async(std::launch::async, [&pipe] { return readAll(pipe.reader.value()); });
        while (sink.write(last, 0) == 0) continue;  // others are lost, and this one is the next
        pipe.restore();
        const auto text = batch.text.substr(0, written * 10'000);
        CHECK(received.get() == text + "last\n");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StderrSinkTest);

}  // namespace
}  // namespace berth::test
