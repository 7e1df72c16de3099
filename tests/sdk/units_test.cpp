// tests/sdk/units_test.cpp - sizes and durations as people write them.
#include "berth/units.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <limits>
#include <string>

#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

class UnitsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnitsTest);
    CPPUNIT_TEST(readsSizes);
    CPPUNIT_TEST(refusesWhatIsNoSize);
    CPPUNIT_TEST(refusesSizesThatDoNotFit);
    CPPUNIT_TEST(writesTheShortestSize);
    CPPUNIT_TEST(readsDurations);
    CPPUNIT_TEST(refusesWhatIsNoDuration);
    CPPUNIT_TEST(refusesDurationsThatDoNotFit);
    CPPUNIT_TEST(writesDurationsInTheLargestUnits);
    CPPUNIT_TEST(readsBackWhatItWrote);
    CPPUNIT_TEST_SUITE_END();

    static void sizeIs(const std::string& text, std::uint64_t expected) {
        const auto size = parseByteCount(text);
        CPPUNIT_ASSERT_MESSAGE(text, size.has_value());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected, size->value);
    }

    static void durationIs(const std::string& text, std::chrono::milliseconds expected) {
        const auto duration = parseDuration(text);
        CPPUNIT_ASSERT_MESSAGE(text, duration.has_value());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(text, expected.count(), duration->count());
    }

public:
    void readsSizes() {
        sizeIs("0", 0);
        sizeIs("4096", 4096);
        sizeIs("100B", 100);
        sizeIs("64K", 65'536);
        sizeIs("64k", 65'536);
        sizeIs("64KB", 65'536);
        sizeIs("10 GiB", std::uint64_t{10} << 30);
        sizeIs("1.5M", 1'572'864);
        sizeIs("0.5K", 512);
        sizeIs("1.50000000000000000000000000000000K", 1'536);
        sizeIs("2T", std::uint64_t{2} << 40);
        sizeIs("00064K", 65'536);
        sizeIs("18446744073709551615", std::numeric_limits<std::uint64_t>::max());
    }

    void refusesWhatIsNoSize() {
        for (const auto* text :
             {"",     " ",   "K",     "64Q",    "64KK",     "64iB", "-1",   "+1",
              "1.",   ".5K", "1..5K", "1.5",    "0.3K",     "64K ", " 64K", "1e3",
              "0x10", "64 ", "1,5K",  "64K64K", "\xc2\xa0", "6\x01"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseByteCount(text));
        }
        CPPUNIT_ASSERT(!parseByteCount(std::string_view("1\0K", 3)));
    }

    void refusesSizesThatDoNotFit() {
        for (const auto* text : {"18446744073709551616", "16777216T", "16777215.99999999999999999T",
                                 "99999999999999999999999999999999K"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseByteCount(text));
        }
        sizeIs("16777215T", std::uint64_t{16'777'215} << 40);
    }

    void writesTheShortestSize() {
        CPPUNIT_ASSERT_EQUAL(std::string("0"), formatByteCount({0}));
        CPPUNIT_ASSERT_EQUAL(std::string("1000"), formatByteCount({1000}));
        CPPUNIT_ASSERT_EQUAL(std::string("64K"), formatByteCount({65'536}));
        CPPUNIT_ASSERT_EQUAL(std::string("1.5M"), formatByteCount({1'572'864}));
        CPPUNIT_ASSERT_EQUAL(std::string("65537"), formatByteCount({65'537}));
        CPPUNIT_ASSERT_EQUAL(std::string("2T"), formatByteCount({std::uint64_t{2} << 40}));
    }

    void readsDurations() {
        durationIs("0", 0ms);
        durationIs("0s", 0ms);
        durationIs("30s", 30s);
        durationIs("500ms", 500ms);
        durationIs("5m", 5min);
        durationIs("1.5s", 1500ms);
        durationIs("1h30m", 90min);
        durationIs("1h 30m", 90min);
        durationIs("10 s", 10s);
        durationIs("2d", 48h);
        durationIs("1d2h3m4s5ms", 24h + 2h + 3min + 4s + 5ms);
    }

    void refusesWhatIsNoDuration() {
        for (const auto* text : {"",     " ",      "5",    "abc",   "s",       "-5s",   "+5s",
                                 "5x",   "30m1h",  "5m5m", "1.5ms", "0.0001s", "5s ",   " 5s",
                                 "1h30", "1h,30m", "5 ",   "5S",    "1e3s",    "1h-5m", "00"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseDuration(text));
        }
    }

    void refusesDurationsThatDoNotFit() {
        durationIs("36500d", kLongestDuration);
        for (const auto* text : {"36501d", "36500d1ms", "18446744073709551616ms", "213503982335d",
                                 "9223372036854775807ms"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseDuration(text));
        }
    }

    void writesDurationsInTheLargestUnits() {
        CPPUNIT_ASSERT_EQUAL(std::string("0"), formatDuration(0ms));
        CPPUNIT_ASSERT_EQUAL(std::string("5m"), formatDuration(5min));
        CPPUNIT_ASSERT_EQUAL(std::string("250ms"), formatDuration(250ms));
        CPPUNIT_ASSERT_EQUAL(std::string("1h30m"), formatDuration(90min));
        CPPUNIT_ASSERT_EQUAL(std::string("2d"), formatDuration(48h));
        CPPUNIT_ASSERT_EQUAL(std::string("-5s"), formatDuration(-5s));
    }

    void readsBackWhatItWrote() {
        std::uint64_t value = 1;
        for (int i = 0; i < 2'000; ++i) {
            value = value * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            const ByteCount size{value >> (value % 64)};
            CHECK(parseByteCount(formatByteCount(size)) == size);
            const auto most = static_cast<std::uint64_t>(kLongestDuration.count());
            const std::chrono::milliseconds duration((value >> (value % 64)) % most);
            CHECK(parseDuration(formatDuration(duration)) == duration);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnitsTest);

}  // namespace
}  // namespace berth::test
