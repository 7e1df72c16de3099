// tests/host/plugin/catalog_test.cpp - sharing generations, replacing files, keeping plugins.
#include "host/plugin/catalog.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "berth/testing/test_context.h"
#include "host/plugin/hosted_service.h"
#include "plugin_test_support.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::Catalog;
using host::Generation;
using host::HostedService;
using host::PluginKind;
using host::StagingFolder;

class CatalogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogTest);
    CPPUNIT_TEST(sharesTheGenerationOfAnUnchangedFile);
    CPPUNIT_TEST(loadsAReplacedFileAnew);
    CPPUNIT_TEST(keepsTheOldVersionWhenTheNewOneIsBad);
    CPPUNIT_TEST(letsGoOfWhatNobodyUses);
    CPPUNIT_TEST(loadsAFileOnceForManyThreads);
    CPPUNIT_TEST(listsWhatIsLoadedAndWhoUsesIt);
    CPPUNIT_TEST(holdsAPluginThatWasLoadedByHand);
    CPPUNIT_TEST(servesAHeldPluginWhoseFileIsGone);
    CPPUNIT_TEST(replacesAHeldPluginOfTheSameName);
    CPPUNIT_TEST(refusesAPluginWhoseSettingsWouldNeverBeFilled);
    CPPUNIT_TEST(describesAndChecksWithoutMakingAService);
    CPPUNIT_TEST(saysWhatItLoadedAndUnloaded);
    CPPUNIT_TEST(warnsOfCodeThatStays);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        std::filesystem::create_directory(plugins_);
        install("good", plugins_ / "good.so");
        install("two_kinds", plugins_ / "greek.so");
        catalog_.emplace(StagingFolder(folder_ / "state/plugins"), context_.log());
    }

    void sharesTheGenerationOfAnUnchangedFile() {
        const auto alpha = acquire("alpha");
        const auto beta = acquire("beta");
        std::filesystem::create_symlink(plugins_ / "greek.so", plugins_ / "alpha.so");
        const auto again = acquire((plugins_ / "alpha.so").string());
        CHECK(alpha.generation == beta.generation);
        CHECK(alpha.generation == again.generation);
        CPPUNIT_ASSERT_EQUAL(std::string("beta"), beta.kind);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, filesIn(folder_ / "state/plugins"));
    }

    void loadsAReplacedFileAnew() {
        const auto first = acquire("good");
        install("good_v2", plugins_ / "good.so");
        const auto second = acquire("good");
        CHECK(first.generation != second.generation);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, first.generation->number());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, second.generation->number());
        CPPUNIT_ASSERT_EQUAL(std::string("2.0.0"), second.generation->file().version);
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(first));
        CPPUNIT_ASSERT_EQUAL(std::string("second"), answer(second));
    }

    void keepsTheOldVersionWhenTheNewOneIsBad() {
        const auto first = acquire("good");
        std::filesystem::remove(plugins_ / "good.so");
        install("missing_symbol", plugins_ / "good.so");
        const auto error = pluginError([&] { static_cast<void>(acquire("good")); });
        CHECK(startsWith(error, "no plugin offers the kind \"good\""));
        folder_.write("plugins/good.so", "half");
        CHECK(pluginError([&] { static_cast<void>(acquire("good")); }) !=
              "no PluginError was thrown");
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(first));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, catalog_->list().size());
    }

    void letsGoOfWhatNobodyUses() {
        acquire("good");
        CHECK(isEmpty(catalog_->list()));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, filesIn(folder_ / "state/plugins"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, acquire("good").generation->number());
    }

    void loadsAFileOnceForManyThreads() {
        std::vector<std::future<PluginKind>> results;
        for (int i = 0; i < 8; ++i) {
            results.push_back(std::async(std::launch::async, [&] { return acquire("good"); }));
        }
        std::set<std::shared_ptr<Generation>> generations;
        for (auto& result : results) generations.insert(result.get().generation);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, generations.size());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, (*generations.begin())->number());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, filesIn(folder_ / "state/plugins"));
    }

    void listsWhatIsLoadedAndWhoUsesIt() {
        const auto greek = acquire("beta");
        const auto good = acquire("good");
        const HostedService service(greek.generation, "beta", {}, context_);
        const auto plugins = catalog_->list();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, plugins.size());
        CPPUNIT_ASSERT_EQUAL(std::string("good"), plugins[0].name);
        CPPUNIT_ASSERT_EQUAL(std::string("two_kinds"), plugins[1].name);
        CPPUNIT_ASSERT_EQUAL(std::string("1.2.3"), plugins[1].version);
        CPPUNIT_ASSERT_EQUAL((plugins_ / "greek.so").string(), plugins[1].path);
        CPPUNIT_ASSERT_EQUAL(greek.generation->file().buildId, plugins[1].buildId);
        CHECK(std::vector<std::string>{"alpha", "beta"} == plugins[1].kinds);
        CHECK(std::vector<std::string>{"shop"} == plugins[1].services);
        CHECK(isEmpty(plugins[0].services));
    }

    void holdsAPluginThatWasLoadedByHand() {
        const auto file = install("good_v2", folder_ / "by_hand.so");
        catalog_->hold(catalog_->open(file));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, catalog_->list().size());
        CPPUNIT_ASSERT_EQUAL(std::string("second"), answer(acquire("good")));
        CPPUNIT_ASSERT(catalog_->release("good"));
        CHECK(isEmpty(catalog_->list()));
        CPPUNIT_ASSERT(!catalog_->release("good"));
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answer(acquire("good")));
    }

    void servesAHeldPluginWhoseFileIsGone() {
        const auto file = install("good_v2", folder_ / "by_hand.so");
        const auto held = catalog_->open(file);
        catalog_->hold(held);
        std::filesystem::remove(file);
        CHECK(held == acquire("good").generation);
    }

    void replacesAHeldPluginOfTheSameName() {
        catalog_->hold(catalog_->open(plugins_ / "good.so"));
        catalog_->hold(catalog_->open(plugins_ / "greek.so"));
        catalog_->hold(catalog_->open(install("good_v2", folder_ / "by_hand.so")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, catalog_->list().size());
        CPPUNIT_ASSERT_EQUAL(std::string("second"), answer(acquire("good")));
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), answer(acquire("alpha")));
    }

    void refusesAPluginWhoseSettingsWouldNeverBeFilled() {
        const auto refusal = [this](const std::string& fixture) {
            return pluginError([&] { static_cast<void>(catalog_->open(fixturePlugin(fixture))); });
        };
        CPPUNIT_ASSERT_EQUAL(
            fixturePlugin("reserved_key").string() +
                ": kind reserved_key: the setting \"idle_timeout\" has the name of "
                "a key that every service has, so the plugin would never get it: "
                "give it another key, such as \"reserved_key_idle_timeout\"",
            refusal("reserved_key"));
        CHECK(endsWith(
            refusal("key_twice"),
            "the setting \"size\" is described twice: remove one, or give it another key"));
    }

    void describesAndChecksWithoutMakingAService() {
        CPPUNIT_ASSERT_EQUAL(std::string("greeting"),
                             catalog_->describe(reference("good"), search_).at(0).key);
        const std::vector<SettingValue> wrong{{"greting", "hi", "/"}};
        const auto good = catalog_->acquire(reference("good"), search_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, good.generation->check(good.kind, wrong).size());
        install("throws_in_create", plugins_ / "throws_in_create.so");
        const auto throwing = catalog_->acquire(reference("throws_in_create"), search_);
        CHECK(isEmpty(throwing.generation->check(throwing.kind, {})));
    }

    void saysWhatItLoadedAndUnloaded() {
        const auto buildId = acquire("good").generation->file().buildId;
        const std::vector<std::string> expected{
            "information: plugin good 1.2.3, generation 1: loaded from " +
                (plugins_ / "good.so").string() + ", build id " + buildId,
            "information: plugin good 1.2.3, generation 1: unloaded"};
        CHECK(expected == context_.logLines());
    }

    void warnsOfCodeThatStays() {
        install("no_delete", plugins_ / "no_delete.so");
        acquire("no_delete");
        const std::vector<std::string> expected{
            "warning: " + (plugins_ / "no_delete.so").string() +
                ": linked with -z nodelete: it stays mapped after it is closed",
            "warning: plugin no_delete 1.2.3, generation 1: closed, but its code stays in the "
            "process: it was linked with -z nodelete"};
        const auto lines = context_.logLines();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, lines.size());
        CPPUNIT_ASSERT(std::equal(expected.begin(), expected.end(), lines.begin() + 1));
    }

private:
    static host::PluginReference reference(const std::string& text) { return {text, "/"}; }

    PluginKind acquire(const std::string& text) {
        return catalog_->acquire(reference(text), search_);
    }

    std::string answer(const PluginKind& plugin) {
        return answerOf(HostedService(plugin.generation, plugin.kind, {}, context_));
    }

    TemporaryFolder folder_;
    const std::filesystem::path plugins_ = folder_ / "plugins";
    const host::PluginSearch search_{{plugins_}};
    testing::TestContext context_{"shop"};
    std::optional<Catalog> catalog_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogTest);

}  // namespace
}  // namespace berth::test
