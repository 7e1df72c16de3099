// tests/host/log/log_event_test.cpp - the lines that events become.
#include "host/log/log_event.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>

#include "host/log/log_time.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::LineStyle;
using host::LogEvent;
using host::LogField;
using namespace std::chrono_literals;

class LogEventTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogEventTest);
    CPPUNIT_TEST(writesTimesInUtc);
    CPPUNIT_TEST(writesText);
    CPPUNIT_TEST(writesJson);
    CPPUNIT_TEST(leavesTimeAndLevelToSyslog);
    CPPUNIT_TEST(namesEveryLevel);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::chrono::system_clock::time_point kTime{1'700'000'000'007ms};
    std::array<LogField, 3> fields_{LogField{"who", std::string_view("uid 0")},
                                    LogField{"bytes", std::uint64_t{18'446'744'073'709'551'615U}},
                                    LogField{"seconds", 61'005ms}};

    [[nodiscard]] LogEvent event(std::string_view text) const {
        return {.time = kTime,
                .level = LogLevel::Warning,
                .source = "shout",
                .text = text,
                .fields = fields_};
    }

    static std::string time(std::chrono::milliseconds sinceEpoch) {
        std::string line;
        host::appendTime(line, std::chrono::system_clock::time_point(sinceEpoch));
        return line;
    }

public:
    void writesTimesInUtc() {
        CPPUNIT_ASSERT_EQUAL(std::string("1970-01-01T00:00:00.000Z"), time(0ms));
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:13:20.007Z"), time(1'700'000'000'007ms));
        CPPUNIT_ASSERT_EQUAL(std::string("2024-02-29T23:59:59.999Z"), time(1'709'251'199'999ms));
        CPPUNIT_ASSERT_EQUAL(std::string("1969-12-31T23:59:59.999Z"), time(-1ms));
        CPPUNIT_ASSERT_EQUAL(std::string("2100-03-01T00:00:00.000Z"), time(4'107'542'400'000ms));
    }

    void writesText() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("2023-11-14T22:13:20.007Z warning shout: a\\nb who=\"uid 0\" "
                        "bytes=18446744073709551615 seconds=61.005"),
            toLine(event("a\nb"), LineStyle::Text));
    }

    void writesJson() {
        const auto line = toLine(event("a\n\"b\" \xff"), LineStyle::Json);
        const auto object = Poco::JSON::Parser().parse(line).extract<Poco::JSON::Object::Ptr>();
        CPPUNIT_ASSERT_EQUAL(std::string("2023-11-14T22:13:20.007Z"),
                             object->getValue<std::string>("time"));
        CPPUNIT_ASSERT_EQUAL(std::string("warning"), object->getValue<std::string>("level"));
        CPPUNIT_ASSERT_EQUAL(std::string("shout"), object->getValue<std::string>("source"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n\"b\" \xef\xbf\xbd"),
                             object->getValue<std::string>("text"));
        CPPUNIT_ASSERT_EQUAL(std::string("uid 0"), object->getValue<std::string>("who"));
        CPPUNIT_ASSERT_EQUAL(61.005, object->getValue<double>("seconds"));
        CHECK(contains(line, "\"bytes\":18446744073709551615,"));
        CHECK(startsWith(line, "{\"time\":\""));
        CHECK(endsWith(line, "}"));
    }

    void leavesTimeAndLevelToSyslog() {
        CHECK(startsWith(toLine(event("a"), LineStyle::Syslog), "shout: a who="));
    }

    void namesEveryLevel() {
        CHECK(host::toString(LogLevel::Debug) == "debug");
        CHECK(host::toString(LogLevel::Information) == "information");
        CHECK(host::toString(LogLevel::Warning) == "warning");
        CHECK(host::toString(LogLevel::Error) == "error");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogEventTest);

}  // namespace
}  // namespace berth::test
