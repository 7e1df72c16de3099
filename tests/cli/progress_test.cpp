// tests/cli/progress_test.cpp - the progress line, with a fixed clock.
#include "cli/put/progress.h"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <string>

#include "cli/app/human.h"
#include "cli/app/utf8.h"
#include "support/check.h"

namespace berth::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;

cli::Progress halfWay() {
    return {.name = "a.bin", .total = 20 * kMebi, .begun = 0, .done = 10 * kMebi, .elapsed = 5s};
}

class ProgressTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgressTest);
    CPPUNIT_TEST(tellsShareBytesRateAndTime);
    CPPUNIT_TEST(countsOnlyWhatThisTransferSent);
    CPPUNIT_TEST(tellsNoRateBeforeThereIsOne);
    CPPUNIT_TEST(fitsIntoEveryWidth);
    CPPUNIT_TEST(isFullAtTheEnd);
    CPPUNIT_TEST(showsAnEmptyFileAsDone);
    CPPUNIT_TEST(masksControlCharactersInNames);
    CPPUNIT_TEST(writesBytesAndTimesForPeople);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsShareBytesRateAndTime() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "a.bin  50% [===========>           ] 10.0 MiB of 20.0 MiB  2.0 MiB/s  0:05 "
                "left"),
            cli::formatProgress(halfWay(), 79));
    }

    void countsOnlyWhatThisTransferSent() {
        auto progress = halfWay();
        progress.begun = 5 * kMebi;
        CPPUNIT_ASSERT_EQUAL(kMebi, cli::rateOf(progress));
    }

    void tellsNoRateBeforeThereIsOne() {
        auto progress = halfWay();
        progress.elapsed = 10ms;
        CHECK(endsWith(cli::formatProgress(progress, 79), "-/s  -:-- left"));
        progress = halfWay();
        progress.begun = progress.done;
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, cli::rateOf(progress));
    }

    void fitsIntoEveryWidth() {
        auto progress = halfWay();
        progress.name = "a-file-with-a-rather-long-name-of-more-than-sixty-characters-in-it.bin";
        for (std::size_t columns = 0; columns <= 200; ++columns) {
            CHECK(cli::displayWidth(cli::formatProgress(progress, columns)) <= columns);
        }
    }

    void isFullAtTheEnd() {
        auto progress = halfWay();
        progress.done = progress.total;
        const auto line = cli::formatProgress(progress, 79);
        CHECK(contains(line, "100% [=======================]"));
        CHECK(endsWith(line, "0:00 left"));
    }

    void showsAnEmptyFileAsDone() {
        const cli::Progress progress{.name = "e", .total = 0, .begun = 0, .done = 0, .elapsed = {}};
        CHECK(contains(cli::formatProgress(progress, 79), "100%"));
    }

    void masksControlCharactersInNames() {
        auto progress = halfWay();
        progress.name = "a\x1b[2J\n";
        CHECK(startsWith(cli::formatProgress(progress, 79), "a^[[2J^J"));
    }

    void writesBytesAndTimesForPeople() {
        CPPUNIT_ASSERT_EQUAL(std::string("1023 B"), cli::humanBytes(1023));
        CPPUNIT_ASSERT_EQUAL(std::string("1.0 KiB"), cli::humanBytes(1024));
        CPPUNIT_ASSERT_EQUAL(std::string("1.0 MiB"), cli::humanBytes(kMebi - 1));
        CPPUNIT_ASSERT_EQUAL(std::string("16.0 EiB"),
                             cli::humanBytes(std::numeric_limits<std::uint64_t>::max()));
        CPPUNIT_ASSERT_EQUAL(std::string("0:05"), cli::humanClock(5s));
        CPPUNIT_ASSERT_EQUAL(std::string("1:02:03"), cli::humanClock(1h + 2min + 3s));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgressTest);

}  // namespace
}  // namespace berth::test
