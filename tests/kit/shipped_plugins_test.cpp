// tests/kit/shipped_plugins_test.cpp - the six plugins that ship pass the kit on both engines.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "kit/kit_plan.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class ShippedPluginsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ShippedPluginsTest);
    CPPUNIT_TEST(echoPasses);
    CPPUNIT_TEST(uppercasePasses);
    CPPUNIT_TEST(greetPasses);
    CPPUNIT_TEST(execPasses);
    CPPUNIT_TEST(uploadPasses);
    CPPUNIT_TEST(consolePasses);
    CPPUNIT_TEST_SUITE_END();

public:
    void echoPasses() { passes("echo", {{"suffix", "!"}}, "hello\n"); }
    void uppercasePasses() {
        passes("uppercase", {{"encoding", "utf-8"}},
               "stra\xc3\x9f"
               "e\n");
    }
    void greetPasses() { passes("greet", {}, "hello\n"); }
    void execPasses() {
        passes("exec", {{"directory", folder()}, {"command.date", "/usr/bin/date"}}, "date\n");
    }
    void uploadPasses() {
        passes("upload", {{"directory", folder()}}, "{\"name\":\"a\",\"size\":5}\nhello");
    }
    void consolePasses() {
        passes("console", {{"directory", folder()}, {"command.date", "/usr/bin/date"}}, "date\n");
    }

private:
    [[nodiscard]] std::string folder() const { return folder_.path().string(); }

    static void passes(const std::string& name,
                       const std::vector<std::pair<std::string, std::string>>& settings,
                       const std::string& request) {
        auto plan = shortPlan(
            std::filesystem::path(BERTH_TEST_BINARY_DIR) / "plugins" / (name + ".so"), settings);
        plan.request = request;
        const auto report = kit::testPlugin(plan);
        CPPUNIT_ASSERT_EQUAL(std::string(), findingsOf(report));
        for (const auto& step : report.steps) {
            CPPUNIT_ASSERT_MESSAGE(step.suite + ", " + step.name + ": " + step.note,
                                   step.outcome == kit::StepResult::Outcome::Ok);
        }
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ShippedPluginsTest);

}  // namespace
}  // namespace berth::test
