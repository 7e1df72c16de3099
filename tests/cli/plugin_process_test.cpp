// tests/cli/plugin_process_test.cpp - `berth plugin` on good plugins and on bad ones.
#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "cli/tool_process.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

ToolResult check(const std::string& fixture) {
    return runTool({"plugin", "check", fixturePlugin(fixture).string()});
}

class PluginProcessTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginProcessTest);
    CPPUNIT_TEST(acceptsAGoodPlugin);
    CPPUNIT_TEST(checksEveryFile);
    CPPUNIT_TEST(findsAMissingSymbolOnlyByOpening);
    CPPUNIT_TEST(findsAMissingLibrary);
    CPPUNIT_TEST(refusesWhatIsNoPlugin);
    CPPUNIT_TEST(tellsWhichAbiFieldDiffers);
    CPPUNIT_TEST(warnsOfAPluginThatStaysLoaded);
    CPPUNIT_TEST(describesTheSettings);
    CPPUNIT_TEST(describesOneKindOfSeveral);
    CPPUNIT_TEST(describesInJsonAndMarkdown);
    CPPUNIT_TEST(describesNoBadPlugin);
    CPPUNIT_TEST(explainsItsUse);
    CPPUNIT_TEST_SUITE_END();

public:
    void acceptsAGoodPlugin() {
        const auto result = check("good");
        CPPUNIT_ASSERT_EQUAL(std::string(), result.err);
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "good.so: ok\n"));
        CHECK(contains(result.out, "good 1.2.3"));
        CHECK(contains(result.out, "libberth.so"));
        CHECK(!contains(result.out, "problem"));
    }

    void checksEveryFile() {
        const auto result = runTool({"plugin", "check", "--json", fixturePlugin("good").string(),
                                     fixturePlugin("no_note").string()});
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "\"ok\":true"));
        CHECK(contains(result.out, "\"ok\":false"));
    }

    void findsAMissingSymbolOnlyByOpening() {
        const auto opened = check("missing_symbol");
        CPPUNIT_ASSERT_EQUAL(1, opened.status);
        CHECK(contains(opened.out, "undefined symbol"));
        CPPUNIT_ASSERT_EQUAL(
            0, runTool({"plugin", "check", "--no-load", fixturePlugin("missing_symbol").string()})
                   .status);
    }

    void findsAMissingLibrary() {
        const auto result = check("missing_library");
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "nowhere"));
    }

    void refusesWhatIsNoPlugin() {
        const auto text = folder_.write("a.so", "no ELF at all").string();
        CPPUNIT_ASSERT_EQUAL(1, runTool({"plugin", "check", text}).status);
        CPPUNIT_ASSERT_EQUAL(1, runTool({"plugin", "check", "/"}).status);
        CPPUNIT_ASSERT_EQUAL(66, runTool({"plugin", "check", "/nonexistent.so"}).status);
    }

    void tellsWhichAbiFieldDiffers() {
        const auto file = folder_ / "old.so";
        PluginBytes bytes("good");
        bytes.put(bytes.noteAt() + 8, std::uint32_t{99}).writeTo(file);
        const auto result = runTool({"plugin", "check", file.string()});
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CHECK(contains(result.out, "99"));
    }

    void warnsOfAPluginThatStaysLoaded() {
        const auto result = check("no_delete");
        CHECK(contains(result.out, "warning"));
    }

    void describesTheSettings() {
        const auto result = runTool({"plugin", "describe", fixturePlugin("two_kinds").string()});
        CPPUNIT_ASSERT_EQUAL(0, result.status);
        CHECK(contains(result.out, "runs on"));
    }

    void describesOneKindOfSeveral() {
        const auto file = fixturePlugin("good").string();
        CPPUNIT_ASSERT_EQUAL(0, runTool({"plugin", "describe", file, "good"}).status);
        const auto result = runTool({"plugin", "describe", file, "goood"});
        CPPUNIT_ASSERT_EQUAL(64, result.status);
        CHECK(contains(result.err, "did you mean \"good\"?"));
    }

    void describesInJsonAndMarkdown() {
        const auto file = fixturePlugin("good").string();
        CHECK(contains(runTool({"plugin", "describe", "--json", file}).out,
                       "\"kinds\":[{\"kind\":\"good\""));
        CHECK(contains(runTool({"plugin", "describe", "--markdown", file}).out, "### good\n"));
    }

    void describesNoBadPlugin() {
        const auto result = runTool({"plugin", "describe", fixturePlugin("no_note").string()});
        CPPUNIT_ASSERT_EQUAL(1, result.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), result.out);
    }

    void explainsItsUse() {
        CPPUNIT_ASSERT_EQUAL(64, runTool({"plugin"}).status);
        CHECK(contains(runTool({"plugin", "chek"}).err, "did you mean \"check\"?"));
    }

private:
    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginProcessTest);

}  // namespace
}  // namespace berth::test
