// tests/host/log/stderr_sink_test.cpp - standard error as a pipe that is full, or gone.
#include "host/log/stderr_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <future>
#include <stdexcept>
#include <string>

#include "host/unique_fd.h"

namespace berth::test {
namespace {

using host::LogBatch;
using host::StderrSink;
using host::UniqueFd;

// Standard error is a pipe as long as this object lives.
class StderrPipe {
public:
    StderrPipe() : saved_(::dup(STDERR_FILENO)) {
        std::array<int, 2> ends{};
        CPPUNIT_ASSERT(::pipe2(ends.data(), O_CLOEXEC) == 0);
        reader.reset(ends[0]);
        const UniqueFd writer(ends[1]);
        CPPUNIT_ASSERT(::fcntl(writer.value(), F_SETFL, O_NONBLOCK) == 0);
        CPPUNIT_ASSERT(::dup2(writer.value(), STDERR_FILENO) >= 0);
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

std::string readAll(const UniqueFd& file) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(file.value(), buffer.data(), buffer.size());
        if (count <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

class StderrSinkTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StderrSinkTest);
    CPPUNIT_TEST(writesEverythingIntoASlowPipe);
    CPPUNIT_TEST(saysThatStandardErrorIsGone);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesEverythingIntoASlowPipe() {
        LogBatch batch;
        for (int i = 0; i < 20'000; ++i)
            batch.append(LogLevel::Information, "line " + std::to_string(i));
        StderrPipe pipe;
        auto received = std::async(std::launch::async, [&pipe] { return readAll(pipe.reader); });
        StderrSink().write(batch);
        pipe.restore();
        CPPUNIT_ASSERT(received.get() == batch.text);
    }

    void saysThatStandardErrorIsGone() {
        LogBatch batch;
        batch.append(LogLevel::Information, "line");
        StderrPipe pipe;
        pipe.reader.reset();
        std::string message;
        try {
            StderrSink().write(batch);
        } catch (const std::runtime_error& error) {
            message = error.what();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("cannot write to standard error: Broken pipe"), message);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StderrSinkTest);

}  // namespace
}  // namespace berth::test
