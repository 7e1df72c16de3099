// tests/host/watch/unfinished_files_test.cpp - how long a file that is being written is waited for.
#include "host/watch/unfinished_files.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>

#include "support/check.h"

namespace berth::test {
namespace {

using host::UnfinishedFiles;
using namespace std::chrono_literals;

class UnfinishedFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnfinishedFilesTest);
    CPPUNIT_TEST(waitsFromTheLastTimeThatItWasWritten);
    CPPUNIT_TEST(waitsNotForEver);
    CPPUNIT_TEST(tellsOnceWhatWasWaitedForInVain);
    CPPUNIT_TEST(takesWhatIsNotOpenedForLinked);
    CPPUNIT_TEST_SUITE_END();

    void waitsFromTheLastTimeThatItWasWritten() {
        files_.written("/a", now_);
        files_.written("/a", now_ + 3s);
        CHECK(files_.patience() == now_ + 3s + UnfinishedFiles::kLongestPause);
        files_.finished("/a");
        CPPUNIT_ASSERT(!files_.patience());
    }

    void waitsNotForEver() {
        for (auto time = 0s; time < 120s; time += 1s) files_.written("/a", now_ + time);
        CHECK(files_.patience() == now_ + UnfinishedFiles::kLongest);
    }

    void tellsOnceWhatWasWaitedForInVain() {
        files_.written("/a", now_);
        files_.written("/b", now_ + 3s);
        const auto end = now_ + UnfinishedFiles::kLongestPause;
        CHECK(isEmpty(files_.takeOverdue(end - 1ms)));
        const auto overdue = files_.takeOverdue(end);
        CHECK(overdue == std::vector<std::filesystem::path>{"/a"});
        CHECK(isEmpty(files_.takeOverdue(end)));
    }

    void takesWhatIsNotOpenedForLinked() {
        files_.made("/a");
        files_.settle();
        CPPUNIT_ASSERT(!files_.opened("/a", now_));
        files_.made("/b");
        CPPUNIT_ASSERT(files_.opened("/b", now_));
    }

    UnfinishedFiles files_;
    const UnfinishedFiles::Clock::time_point now_ = UnfinishedFiles::Clock::now();
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnfinishedFilesTest);

}  // namespace
}  // namespace berth::test
