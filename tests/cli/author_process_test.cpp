// tests/cli/author_process_test.cpp - `berth plugin new` and `berth plugin test`.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/tool_process.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

// Quick: few lives, one engine.
ToolResult testPlugin(const std::string& fixture, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"plugin",   "test",       fixturePlugin(fixture).string(),
                                   "--cycles", "10",         "--engine",
                                   "threads",  "--patience", "10s"};
    words.insert(words.end(), more.begin(), more.end());
    return runTool(words);
}

class AuthorProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuthorProcessTest);
    CPPUNIT_TEST(writesAProject);
    CPPUNIT_TEST(writesOverNothing);
    CPPUNIT_TEST(refusesWhatIsNoName);
    CPPUNIT_TEST(refusesUnknownTemplates);
    CPPUNIT_TEST(tellsEachStepOfATest);
    CPPUNIT_TEST(tellsATestInJson);
    CPPUNIT_TEST(failsWithTheNameOfTheFinding);
    CPPUNIT_TEST(takesSettings);
    CPPUNIT_TEST(namesTheSettingsThatAreMissing);
    CPPUNIT_TEST(asksForTheKindAmongSeveral);
    CPPUNIT_TEST(repeatsTheSeed);
    CPPUNIT_TEST(explainsWrongOptions);
    CPPUNIT_TEST_SUITE_END();

public:
    void writesAProject() {
        const auto result = create("rot-13");
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        for (const auto* file :
             {"CMakeLists.txt", "README.md", "berth.ini", "rot-13.cpp", "rot-13_test.cpp"}) {
            const auto text = readFile(folder_ / ("rot-13/" + std::string(file)));
            CPPUNIT_ASSERT_MESSAGE(file, text.find("rot-13") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(file, text.find('@') == std::string::npos);
            CHECK(contains(result.out, std::string("rot-13/") + file + "\n"));
        }
        CHECK(contains(readFile(folder_ / "rot-13/rot-13.cpp"), "class Rot13 final"));
    }

    void writesOverNothing() {
        folder_.write("mine/notes", "keep me");
        const auto result = create("mine");
        CPPUNIT_ASSERT_EQUAL(73, result.status);
        CHECK(contains(result.err, "mine: is there already"));
        CPPUNIT_ASSERT(!std::filesystem::exists(folder_ / "mine/CMakeLists.txt"));
    }

    void refusesWhatIsNoName() {
        for (const auto* name : {"1st", "a b", "a/b", "..", ""}) {
            CPPUNIT_ASSERT_EQUAL(64, create(name).status);
        }
        CHECK(contains(create("a b").err, "letters, digits, _ and - are allowed"));
        CHECK(contains(create(std::string(40, 'a')).err, "at most 31 letters"));
    }

    void refusesUnknownTemplates() {
        const auto result = runTool({"plugin", "new", "a", "--template", "words"});
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CHECK(contains(result.err, "none of lines, bytes"));
    }

    void tellsEachStepOfATest() {
        const auto result = testPlugin("good");
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "good.so: kind good, seed "));
        for (const auto* step : {"preflight", "life cycle", "garbage", "50 at once", "stop"}) {
            CHECK(contains(result.out, step));
        }
        CHECK(contains(result.out, "good.so: ok\n"));
    }

    void tellsATestInJson() {
        const auto result = testPlugin("throws_in_stop", {"--json"});
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "\"ok\":false"));
        CHECK(contains(result.out, "\"id\":\"throws-in-stop\""));
        CHECK(endsWith(result.out, "}\n"));
    }

    void failsWithTheNameOfTheFinding() {
        const auto result = testPlugin("throws_in_destructor");
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "      crash: the process "));
        CHECK(contains(result.out, "while destroying the service\n"));
    }

    void takesSettings() {
        CPPUNIT_ASSERT_EQUAL(
            0, testPlugin("slow_start", {"--set", "create_time=0", "--set", "stop_time=0"}).status);
        const auto wrong = testPlugin("slow_start", {"--set", "create_time=soon"});
        CPPUNIT_ASSERT_EQUAL(1, wrong.status);
        CHECK(contains(wrong.out, "settings: create_time: "));
    }

    void namesTheSettingsThatAreMissing() {
        const auto file = std::string(BERTH_TEST_BINARY_DIR) + "/plugins/upload.so";
        const auto result = runTool({"plugin", "test", file});
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "give --set directory=VALUE"));
    }

    void asksForTheKindAmongSeveral() {
        const auto result = testPlugin("two_kinds");
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CHECK(contains(result.err, "choose one of alpha, beta with --kind"));
        CPPUNIT_ASSERT_EQUAL(0, testPlugin("two_kinds", {"--kind", "beta"}).status);
        CHECK(contains(testPlugin("two_kinds", {"--kind", "betta"}).err, "did you mean \"beta\"?"));
    }

    void repeatsTheSeed() {
        CHECK(contains(testPlugin("good", {"--seed", "42"}).out, ", seed 42\n"));
    }

    void explainsWrongOptions() {
        CPPUNIT_ASSERT_EQUAL(64, runTool({"plugin", "test"}).status);
        CPPUNIT_ASSERT_EQUAL(66, runTool({"plugin", "test", "/nonexistent.so"}).status);
        const auto file = fixturePlugin("good").string();
        for (const auto& [option, value] : std::vector<std::pair<std::string, std::string>>{
                 {"--cycles", "0"}, {"--engine", "steam"}, {"--patience", "no"}, {"--set", "x"}}) {
            const auto result = runTool({"plugin", "test", file, option, value});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(option, 64, result.status);
            CHECK(contains(result.err, option + " \"" + value + "\""));
        }
    }

private:
    [[nodiscard]] ToolResult create(const std::string& name) const {
        return runTool({"plugin", "new", name, "--directory", folder_.path().string()});
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuthorProcessTest);

}  // namespace
}  // namespace berth::test
