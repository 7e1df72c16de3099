// tests/host/control/manual_test.cpp - what is made from the table agrees with it.
#include "host/control/commands/manual.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "host/control/commands/command_table.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using namespace host::control;

constexpr auto kAdvice = " is not what the table says; copy it from ";

// Leaves `expected` in the build folder for the person who has to update the file.
std::string adviceFor(const std::string& file, const std::string& expected) {
    const auto fresh =
        std::filesystem::path(BERTH_TEST_BINARY_DIR) / std::filesystem::path(file).filename();
    std::ofstream(fresh) << expected;
    return file + kAdvice + fresh.string();
}

std::string sourceFile(const std::string& name) {
    return readFile(std::filesystem::path(BERTH_TEST_SOURCE_DIR) / name);
}

}  // namespace

class ManualTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ManualTest);
    CPPUNIT_TEST(namesEachVerbOfTheDesignOnce);
    CPPUNIT_TEST(beginsEachUsageWithItsVerb);
    CPPUNIT_TEST(standsInTheDocumentationWordForWord);
    CPPUNIT_TEST(isTheManualPageWordForWord);
    CPPUNIT_TEST(escapesForMarkdown);
    CPPUNIT_TEST_SUITE_END();

public:
    void namesEachVerbOfTheDesignOnce() {
        const std::vector<std::string> expected{
            "help",        "ping",   "auth",  "quit", "version", "status",  "services", "plugins",
            "connections", "show",   "start", "stop", "drain",   "restart", "kill",     "reload",
            "load",        "unload", "set",   "log",  "stats",   "wait",    "upgrade",  "shutdown"};
        std::vector<std::string> names;
        for (const auto& command : commandTable()) names.emplace_back(command.name);
        CHECK(expected == names);
    }

    void beginsEachUsageWithItsVerb() {
        for (const auto& command : commandTable()) {
            CHECK(startsWith(command.usage, command.name));
            CHECK(endsWith(command.help, "."));
        }
    }

    void standsInTheDocumentationWordForWord() {
        const auto table = verbTableMarkdown();
        CPPUNIT_ASSERT_MESSAGE(
            adviceFor("docs/control-protocol.md", table),
            sourceFile("docs/control-protocol.md").find(table) != std::string::npos);
    }

    void isTheManualPageWordForWord() {
        CPPUNIT_ASSERT_MESSAGE(adviceFor("docs/man/berth-control.7", manualPage()),
                               sourceFile("docs/man/berth-control.7") == manualPage());
    }

    void escapesForMarkdown() {
        CHECK(contains(verbTableMarkdown(), "| `kill ID \\| kill service NAME` |"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManualTest);

}  // namespace berth::test
