// tests/host/process/program_start_test.cpp - what runs here, and what a new start would run.
#include "host/process/program_start.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "support/check.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

class ProgramStartTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgramStartTest);
    CPPUNIT_TEST(keepsTheFolderAndTheArguments);
    CPPUNIT_TEST(namesTheFileThatRuns);
    CPPUNIT_TEST(canBeStartedWithoutAName);
    CPPUNIT_TEST_SUITE_END();

public:
    void keepsTheFolderAndTheArguments() {
        std::string name = "anything";
        std::string option = "--config";
        std::string value = "a b.ini";
        std::array arguments{name.data(), option.data(), value.data()};
        const auto start = host::programStart(3, arguments.data());
        CPPUNIT_ASSERT_EQUAL(fs::current_path().string(), start.folder.string());
        CHECK(start.arguments == std::vector<std::string>{"--config", "a b.ini"});
    }

    void namesTheFileThatRuns() {
        std::string name = "anything";  // argv[0] tells nothing
        std::array arguments{name.data()};
        const auto start = host::programStart(1, arguments.data());
        CPPUNIT_ASSERT(start.binary.is_absolute());
        CPPUNIT_ASSERT(fs::equivalent("/proc/self/exe", start.binary));
        CPPUNIT_ASSERT(fs::equivalent("/proc/self/exe", host::runningProgram()));
    }

    void canBeStartedWithoutAName() {
        std::array<char*, 1> none{nullptr};
        CPPUNIT_ASSERT(host::programStart(0, none.data()).arguments.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgramStartTest);

}  // namespace
}  // namespace berth::test
