// tests/host/log/access_log_test.cpp - one line for each connection.
#include "host/log/access_log.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"

namespace berth::test {
namespace {

using host::AccessRecord;
using host::ConnectionEnd;
using host::LogOptions;
using host::LogSystem;
using namespace std::chrono_literals;

class AccessLogTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccessLogTest);
    CPPUNIT_TEST(writesText);
    CPPUNIT_TEST(writesJson);
    CPPUNIT_TEST(namesEveryEnd);
    CPPUNIT_TEST(canBeSwitchedOff);
    CPPUNIT_TEST(keepsFailuresAtLevelWarning);
    CPPUNIT_TEST_SUITE_END();

    static AccessRecord record() {
        return {.service = "shout",
                .id = 42,
                .peer = "127.0.0.1:51515",
                .local = "127.0.0.1:7002",
                .bytesIn = 5,
                .bytesOut = 6,
                .duration = 1500ms,
                .ended = ConnectionEnd::ClosedByClient,
                .generation = 7};
    }

    std::vector<std::string> log(const LogOptions& options, const AccessRecord& record) const {
        LogSystem system(options, std::make_unique<MemoryLogSink>(memory_));
        system.access().record(record);
        CPPUNIT_ASSERT(flushed(system));
        return memory_->lines();
    }

    std::shared_ptr<LogMemory> memory_ = std::make_shared<LogMemory>();

public:
    void writesText() {
        const auto line = log({}, record()).at(0);
        CPPUNIT_ASSERT_EQUAL(
            std::string(" information shout: connection ended id=42 peer=127.0.0.1:51515 "
                        "local=127.0.0.1:7002 bytes_in=5 bytes_out=6 seconds=1.500 "
                        "ended=\"closed by client\" generation=7"),
            line.substr(line.find(' ')));
    }

    void writesJson() {
        LogOptions options;
        options.logFormat = host::LogFormat::Json;
        auto failed = record();
        failed.ended = ConnectionEnd::Failed;
        failed.detail = "no \"such\"\nfile";
        const auto line = log(options, failed).at(0);
        const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
        CPPUNIT_ASSERT_EQUAL(std::string("warning"), object->getValue<std::string>("level"));
        CPPUNIT_ASSERT_EQUAL(42, object->getValue<int>("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:51515"), object->getValue<std::string>("peer"));
        CPPUNIT_ASSERT_EQUAL(1.5, object->getValue<double>("seconds"));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), object->getValue<std::string>("ended"));
        CPPUNIT_ASSERT_EQUAL(std::string(failed.detail), object->getValue<std::string>("detail"));
    }

    void namesEveryEnd() {
        std::set<std::string_view> names;
        for (auto end = 0; end <= static_cast<int>(ConnectionEnd::Failed); ++end) {
            names.insert(host::toString(static_cast<ConnectionEnd>(end)));
        }
        CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(ConnectionEnd::Failed) + 1, names.size());
        CPPUNIT_ASSERT(names.contains("closed by client"));
        CPPUNIT_ASSERT(names.contains("idle timeout"));
    }

    void canBeSwitchedOff() {
        LogOptions options;
        options.accessLog = false;
        CHECK(isEmpty(log(options, record())));
    }

    void keepsFailuresAtLevelWarning() {
        LogOptions options;
        options.logLevel = LogLevel::Warning;
        CHECK(isEmpty(log(options, record())));
        auto failed = record();
        failed.ended = ConnectionEnd::Failed;
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, log(options, failed).size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccessLogTest);

}  // namespace
}  // namespace berth::test
