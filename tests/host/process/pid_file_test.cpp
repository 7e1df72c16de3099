// tests/host/process/pid_file_test.cpp - replaces only what is ours, and removes only what it
// wrote.
#include "host/process/pid_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "host/base/owned_path.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;
using host::PathError;
using host::PidFile;

class PidFileTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PidFileTest);
    CPPUNIT_TEST(replacesAStaleOne);
    CPPUNIT_TEST(leavesTheOneOfAProcessThatTookOver);
    CPPUNIT_TEST(followsNoLinkOnItsWay);
    CPPUNIT_TEST(refusesALink);
    CPPUNIT_TEST(refusesAFolderThatOthersMayWriteTo);
    CPPUNIT_TEST(standsInAStickyFolder);
    CPPUNIT_TEST_SUITE_END();

    const std::string number_ = std::to_string(::getpid()) + "\n";
    const TemporaryFolder folder_;
    const fs::path file_ = folder_ / "berthd.pid";

public:
    void replacesAStaleOne() {
        folder_.write("berthd.pid", "1\n");
        {
            const PidFile own(file_);
            CPPUNIT_ASSERT_EQUAL(number_, readFile(file_));
        }
        CPPUNIT_ASSERT(!fs::exists(file_));
    }

    void leavesTheOneOfAProcessThatTookOver() {
        {
            const PidFile own(file_);
            folder_.write("berthd.pid", "1\n");
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), readFile(file_));
    }

    // Somebody who guesses the number of the process waits there.
    void followsNoLinkOnItsWay() {
        const auto victim = folder_.write("victim", "precious");
        fs::create_symlink(victim, file_.string() + ".new." + std::to_string(::getpid()));
        const PidFile own(file_);
        CPPUNIT_ASSERT_EQUAL(std::string("precious"), readFile(victim));
        CPPUNIT_ASSERT_EQUAL(number_, readFile(file_));
    }

    void refusesALink() {
        const auto victim = folder_.write("victim", "precious");
        fs::create_symlink(victim, file_);
        CPPUNIT_ASSERT_THROW(PidFile{file_}, PathError);
        CPPUNIT_ASSERT_EQUAL(std::string("precious"), readFile(victim));
        CPPUNIT_ASSERT(fs::is_symlink(file_));
    }

    void refusesAFolderThatOthersMayWriteTo() {
        CHECK(::chmod(folder_.path().c_str(), 0770) == 0);
        CPPUNIT_ASSERT_THROW(PidFile{file_}, PathError);
    }

    void standsInAStickyFolder() {
        CHECK(::chmod(folder_.path().c_str(), 01777) == 0);
        const PidFile own(file_);
        CPPUNIT_ASSERT_EQUAL(number_, readFile(file_));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PidFileTest);

}  // namespace
}  // namespace berth::test
