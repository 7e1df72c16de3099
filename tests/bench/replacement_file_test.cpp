// tests/bench/replacement_file_test.cpp - files appear whole or not at all.
#include "bench/load/replacement_file.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "support/check.h"

namespace berth::test {
namespace {

using bench::ReplacementFile;
namespace fs = std::filesystem;

std::string contentOf(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::ptrdiff_t filesIn(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

std::string refusalOf(const fs::path& path) {
    try {
        const ReplacementFile file(path);
    } catch (const std::system_error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class ReplacementFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplacementFileTest);
    CPPUNIT_TEST(appearsWholeWithUsualPermissions);
    CPPUNIT_TEST(keepsWhatWasThereUntilItIsReplaced);
    CPPUNIT_TEST(leavesNothingWithoutContent);
    CPPUNIT_TEST(refusesWhatCannotBeWritten);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        std::string pattern = (fs::temp_directory_path() / "berth-test-XXXXXX").string();
        CHECK(::mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
    }
    void tearDown() override { fs::remove_all(folder_); }

    void appearsWholeWithUsualPermissions() {
        ReplacementFile file(folder_ / "plot.svg");
        CPPUNIT_ASSERT(!fs::exists(folder_ / "plot.svg"));
        file.replace("content");
        CPPUNIT_ASSERT_EQUAL(std::string("content"), contentOf(folder_ / "plot.svg"));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, filesIn(folder_));
        const mode_t mask = ::umask(0);
        ::umask(mask);
        struct stat made {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat((folder_ / "plot.svg").c_str(), &made));
        CPPUNIT_ASSERT_EQUAL(mode_t{0666} & ~mask, made.st_mode & 0777);
    }

    void keepsWhatWasThereUntilItIsReplaced() {
        std::ofstream(folder_ / "plot.svg") << "old";
        ReplacementFile file(folder_ / "plot.svg");
        CPPUNIT_ASSERT_EQUAL(std::string("old"), contentOf(folder_ / "plot.svg"));
        file.replace("new");
        CPPUNIT_ASSERT_EQUAL(std::string("new"), contentOf(folder_ / "plot.svg"));
    }

    void leavesNothingWithoutContent() {
        { const ReplacementFile file(folder_ / "plot.svg"); }
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, filesIn(folder_));
    }

    void refusesWhatCannotBeWritten() {
        const auto lost = folder_ / "missing" / "plot.svg";
        CPPUNIT_ASSERT_EQUAL("cannot write " + lost.string() + ": No such file or directory",
                             refusalOf(lost));
        CPPUNIT_ASSERT_EQUAL("cannot write " + folder_.string() + ": Is a directory",
                             refusalOf(folder_));
        CPPUNIT_ASSERT_EQUAL(std::string("cannot write /dev/null: Invalid argument"),
                             refusalOf("/dev/null"));
    }

private:
    fs::path folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplacementFileTest);

}  // namespace berth::test
