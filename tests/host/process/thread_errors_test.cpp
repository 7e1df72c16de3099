// tests/host/process/thread_errors_test.cpp - what ends an attempt to accept is logged, in measure.
#include "host/process/thread_errors.h"

#include <Poco/Exception.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <optional>
#include <stdexcept>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"

namespace berth::test {
namespace {

using host::ThreadErrors;

class ThreadErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThreadErrorsTest);
    CPPUNIT_TEST(logsWhatPocoWouldKeep);
    CPPUNIT_TEST(passesOverThatNobodyWasThere);
    CPPUNIT_TEST(logsNoFlood);
    CPPUNIT_TEST(givesTheHandlerBeforeBack);
    CPPUNIT_TEST_SUITE_END();

public:
    void logsWhatPocoWouldKeep() {
        const ThreadErrors errors(log_->host());
        Poco::ErrorHandler::handle(Poco::IOException("no more descriptors"));
        Poco::ErrorHandler::handle(std::runtime_error("out of luck"));
        Poco::ErrorHandler::handle();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, logged("no more descriptors"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, logged("could not be accepted: out of luck"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, logged("an exception that is no std::exception"));
    }

    void passesOverThatNobodyWasThere() {
        const ThreadErrors errors(log_->host());
        Poco::ErrorHandler::handle(Poco::TimeoutException("nobody"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, logged("nobody"));
    }

    void logsNoFlood() {
        const ThreadErrors errors(log_->host());
        for (int i = 0; i < 1000; ++i) Poco::ErrorHandler::handle(std::runtime_error("again"));
        const auto lines = logged("again");
        CHECK(lines >= 5);
        CHECK(lines < 500);
    }

    void givesTheHandlerBeforeBack() {
        auto* const before = Poco::ErrorHandler::get();
        {
            const ThreadErrors errors(log_->host());
            CHECK(Poco::ErrorHandler::get() == &errors);
        }
        CHECK(Poco::ErrorHandler::get() == before);
    }

    void setUp() override {
        memory_ = std::make_shared<LogMemory>();
        log_.emplace(host::LogOptions(), std::make_unique<MemoryLogSink>(memory_));
    }
    void tearDown() override { log_.reset(); }

private:
    [[nodiscard]] std::size_t logged(std::string_view text) {
        CPPUNIT_ASSERT(flushed(*log_));
        return memory_->count(text);
    }

    std::shared_ptr<LogMemory> memory_;
    std::optional<host::LogSystem> log_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThreadErrorsTest);

}  // namespace
}  // namespace berth::test
