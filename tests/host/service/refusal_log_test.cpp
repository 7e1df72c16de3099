// tests/host/service/refusal_log_test.cpp - lines about clients that are not served.
#include "host/service/refusal_log.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "host/log/log_system.h"
#include "support/memory_log_sink.h"

namespace berth::test {
namespace {

using host::Refusal;
using host::RefusalLog;

class RefusalLogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RefusalLogTest);
    CPPUNIT_TEST(namesTheClientAndTheReason);
    CPPUNIT_TEST(addsWhatIsKnownBesides);
    CPPUNIT_TEST(leavesOutTheLinesOfAFloodButTellsHowMany);
    CPPUNIT_TEST(tellsAtTheEndWhatItLeftOut);
    CPPUNIT_TEST_SUITE_END();

public:
    void namesTheClientAndTheReason() {
        log_->refused("[2001:db8::1]:5000", Refusal::Access);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             count("warning echo: refused [2001:db8::1]:5000: not allowed"));
    }

    void addsWhatIsKnownBesides() {
        log_->refused("10.0.0.1:5000", Refusal::ProxyHeader, "no end");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             count("refused 10.0.0.1:5000: bad PROXY header: no end"));
    }

    void leavesOutTheLinesOfAFloodButTellsHowMany() {
        const auto now = RefusalLog::Clock::now();
        for (int i = 0; i < 1000; ++i) flood(now);
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, count("max_connections reached"));
        flood(now + std::chrono::seconds(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{21}, count("max_connections reached"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1},
                             count("refused 980 more clients, without a line for each"));
    }

    void tellsAtTheEndWhatItLeftOut() {
        const auto now = RefusalLog::Clock::now();
        for (int i = 0; i < 25; ++i) flood(now);
        log_.reset();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, count("refused 5 more clients"));
    }

private:
    void flood(RefusalLog::Clock::time_point now) {
        log_->refused("10.0.0.1:5000", Refusal::Full, {}, now);
    }

    std::size_t count(const std::string& text) {
        CPPUNIT_ASSERT(flushed(logs_));
        return memory_->count(text);
    }

    const std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();
    host::LogSystem logs_{host::LogOptions{}, std::make_unique<MemoryLogSink>(memory_)};
    std::optional<RefusalLog> log_{std::in_place, logs_, "echo"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefusalLogTest);

}  // namespace
}  // namespace berth::test
