// tests/host/plugin/generation_test.cpp - loading runs no code before the check, and unloading is
// proven or explained.
#include "host/plugin/generation.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "berth/testing/test_context.h"
#include "host/plugin/hosted_service.h"
#include "host/plugin/mapped_images.h"
#include "plugin_test_support.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::Generation;
using host::HostedService;
using host::loadPlugin;
using host::StagingFolder;
using host::UnloadReport;

class GenerationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GenerationTest);
    CPPUNIT_TEST(runsNoCodeOfAPluginThatItRefuses);
    CPPUNIT_TEST(leavesNothingBehindWhenLoadingFails);
    CPPUNIT_TEST(tellsTheSourceAndNotTheCopy);
    CPPUNIT_TEST(survivesThatItsSourceIsDeletedOrOverwritten);
    CPPUNIT_TEST(leavesTheProcessWithItsLastOwner);
    CPPUNIT_TEST(runsTwoVersionsSideBySide);
    CPPUNIT_TEST(saysThatAUniqueSymbolKeepsItMapped);
    CPPUNIT_TEST(saysThatItWasLinkedNotToBeUnloaded);
    CPPUNIT_TEST(saysThatAThreadMayHoldItMapped);
    CPPUNIT_TEST(describesAndChecksSettings);
    CPPUNIT_TEST(knowsTheKindsItOffers);
    CPPUNIT_TEST_SUITE_END();

public:
    void runsNoCodeOfAPluginThatItRefuses() {
        const auto marker = folder_ / "marker";
        CPPUNIT_ASSERT_EQUAL(0, ::setenv("BERTH_MARKER", marker.c_str(), 1));
        PluginBytes plugin("marker");
        plugin.put(plugin.noteAt() + offsetof(abi::PluginNote, abiNumber), abi::kAbiNumber + 1);
        const auto bad = plugin.writeTo(folder_ / "bad.so");
        const auto error = pluginError([&] { static_cast<void>(loadPlugin(bad, staging_)); });
        CHECK(startsWith(error, bad.string() + ": ABI number is "));
        CPPUNIT_ASSERT(!std::filesystem::exists(marker));

        static_cast<void>(loadPlugin(fixturePlugin("marker"), staging_));
        CPPUNIT_ASSERT(std::filesystem::exists(marker));
        ::unsetenv("BERTH_MARKER");
    }

    void leavesNothingBehindWhenLoadingFails() {
        const auto file = fixturePlugin("missing_symbol");
        CPPUNIT_ASSERT_EQUAL(
            file.string() +
                ": cannot be loaded: undefined symbol missing::notDefinedAnywhere(char "
                "const*): link the plugin with what defines it",
            pluginError([&] { static_cast<void>(loadPlugin(file, staging_)); }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(staging_.path()));
    }

    void tellsTheSourceAndNotTheCopy() {
        const auto generation = load(fixturePlugin("good"), 7);
        CHECK(generation->file().path == fixturePlugin("good"));
        CPPUNIT_ASSERT(host::identityOf(fixturePlugin("good")) == generation->identity());
        CPPUNIT_ASSERT(host::identityOf(fixturePlugin("two_kinds")) != generation->identity());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, generation->number());
        CHECK(startsWith(generation->stagedPath().filename().string(),
                         "good-" + generation->file().buildId.substr(0, 12) + "@"));
        CPPUNIT_ASSERT(host::isMapped(generation->stagedPath()));
        CPPUNIT_ASSERT(!host::isMapped(fixturePlugin("good")));
    }

    void survivesThatItsSourceIsDeletedOrOverwritten() {
        const auto file = install("good", folder_ / "good.so");
        const auto generation = load(file);
        std::filesystem::resize_file(file, 0);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(generation, "good"));
        CPPUNIT_ASSERT(host::identityOf(file) != generation->identity());
    }

    void leavesTheProcessWithItsLastOwner() {
        auto generation = load(fixturePlugin("good"));
        const auto copy = generation->stagedPath();
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(generation, "good"));
        auto second = generation;
        generation.reset();
        CPPUNIT_ASSERT(host::isMapped(copy));
        CHECK(isEmpty(reports_));

        second.reset();
        CPPUNIT_ASSERT(!host::isMapped(copy));
        CPPUNIT_ASSERT(!std::filesystem::exists(copy));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, reports_.size());
        CPPUNIT_ASSERT(reports_[0].unmapped);
        CPPUNIT_ASSERT_EQUAL(std::string(), reports_[0].reason);
        CPPUNIT_ASSERT_EQUAL(std::string("good"), reports_[0].plugin);
    }

    void runsTwoVersionsSideBySide() {
        const auto file = install("good", folder_ / "good.so");
        auto first = load(file, 1);
        install("good_v2", file);
        const auto second = load(file, 2);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(first, "good"));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), answer(second, "good"));
        CPPUNIT_ASSERT_EQUAL(first->file().name, second->file().name);
        const auto copy = first->stagedPath();
        first.reset();
        CPPUNIT_ASSERT(!host::isMapped(copy));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), answer(second, "good"));
    }

    void saysThatAUniqueSymbolKeepsItMapped() {
        auto generation = load(fixturePlugin("unique_symbol"));
        CPPUNIT_ASSERT(!generation->warnings().empty());
        static_cast<void>(answer(generation, "unique_symbol"));
        generation.reset();
        CPPUNIT_ASSERT(!reports_.at(0).unmapped);
        CHECK(endsWith(reports_[0].reason, " keeps it: build it with -fno-gnu-unique"));
    }

    void saysThatItWasLinkedNotToBeUnloaded() {
        load(fixturePlugin("no_delete")).reset();
        CPPUNIT_ASSERT(!reports_.at(0).unmapped);
        CPPUNIT_ASSERT_EQUAL(std::string("it was linked with -z nodelete"), reports_[0].reason);
    }

    void saysThatAThreadMayHoldItMapped() {
        auto generation = load(fixturePlugin("thread_local_state"));
        std::latch served(1);
        std::latch closed(1);
        std::jthread thread([&] {
            static_cast<void>(answer(generation, "thread_local_state"));
            served.count_down();
            closed.wait();
        });
        served.wait();
        generation.reset();
        closed.count_down();
        thread.join();
        CPPUNIT_ASSERT(!reports_.at(0).unmapped);
        CHECK(startsWith(reports_[0].reason, "a living thread may hold a thread_local"));
    }

    void describesAndChecksSettings() {
        const auto generation = load(fixturePlugin("good"));
        const auto fields = generation->describe("good");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fields.size());
        CPPUNIT_ASSERT_EQUAL(std::string("greeting"), fields[0].key);
        CHECK(isEmpty(generation->check("good", {{"greeting", "hi", "/"}})));
        const auto issues = generation->check("good", {{"greting", "hi", "/"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issues.size());
        CHECK(contains(issues[0].message, "greting"));
    }

    void knowsTheKindsItOffers() {
        const auto generation = load(fixturePlugin("two_kinds"));
        CPPUNIT_ASSERT_EQUAL(std::string("beta"), std::string(generation->kind("beta").name));
        CPPUNIT_ASSERT_EQUAL(
            fixturePlugin("two_kinds").string() + ": offers no kind \"gamma\", only: alpha, beta",
            pluginError([&] { static_cast<void>(generation->kind("gamma")); }));
    }

private:
    std::shared_ptr<Generation> load(const std::filesystem::path& file, std::uint64_t number = 1) {
        return std::make_shared<Generation>(
            loadPlugin(file, staging_), number,
            [this](const UnloadReport& report) { reports_.push_back(report); });
    }

    std::string answer(const std::shared_ptr<Generation>& generation, const std::string& kind) {
        return answerOf(HostedService(generation, kind, {}, context_));
    }

    TemporaryFolder folder_;
    testing::TestContext context_;
    std::vector<UnloadReport> reports_;
    const StagingFolder staging_{folder_ / "plugins"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(GenerationTest);

}  // namespace
}  // namespace berth::test
