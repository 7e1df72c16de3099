// tests/host/plugin/plugin_search_test.cpp - which file `plugin = ...` means.
#include "host/plugin/plugin_search.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <string>
#include <vector>

#include "plugin_test_support.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::FoundPlugin;
using host::PluginReference;
using host::PluginSearch;

class PluginSearchTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginSearchTest);
    CPPUNIT_TEST(findsTheFileNamedAsTheKind);
    CPPUNIT_TEST(searchesTheFoldersInOrder);
    CPPUNIT_TEST(findsAKindByTheNote);
    CPPUNIT_TEST(prefersTheFirstFileByName);
    CPPUNIT_TEST(takesAPathAsThatFile);
    CPPUNIT_TEST(startsRelativePathsAtTheIni);
    CPPUNIT_TEST(takesTheKindOfTheFilesNameAmongSeveral);
    CPPUNIT_TEST(asksWhichOfSeveralKinds);
    CPPUNIT_TEST(namesTheFoldersAndTheNearestKind);
    CPPUNIT_TEST(neverPassesOverABadFileOfTheRightName);
    CPPUNIT_TEST(tellsWhichFilesWereRefused);
    CPPUNIT_TEST(tellsWhichFolderIsNotThere);
    CPPUNIT_TEST(saysThatThereIsNothingToSearch);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        std::filesystem::create_directory(first_);
        std::filesystem::create_directory(second_);
    }

    void findsTheFileNamedAsTheKind() {
        install("good", second_ / "good.so");
        assertFound(second_ / "good.so", "good", find("good"));
    }

    void searchesTheFoldersInOrder() {
        install("good", second_ / "good.so");
        install("good_v2", first_ / "good.so");
        assertFound(first_ / "good.so", "good", find("good"));
    }

    void findsAKindByTheNote() {
        install("good", first_ / "good.so");
        install("two_kinds", second_ / "greek.so");
        assertFound(second_ / "greek.so", "beta", find("beta"));
    }

    void prefersTheFirstFileByName() {
        install("good", first_ / "m.so");
        install("good", first_ / "a.so");
        install("good", first_ / "z.so");
        assertFound(first_ / "a.so", "good", find("good"));
    }

    void takesAPathAsThatFile() {
        install("good", folder_ / "elsewhere.so");
        assertFound(folder_ / "elsewhere.so", "good", find((folder_ / "elsewhere.so").string()));
    }

    void startsRelativePathsAtTheIni() {
        install("good", first_ / "x.so");
        const auto found = PluginSearch({}).find({.text = "./x.so", .directory = first_});
        assertFound(first_ / "x.so", "good", found);
    }

    void takesTheKindOfTheFilesNameAmongSeveral() {
        install("two_kinds", folder_ / "beta.so");
        assertFound(folder_ / "beta.so", "beta", find((folder_ / "beta.so").string()));
    }

    void asksWhichOfSeveralKinds() {
        const auto file = install("two_kinds", folder_ / "greek.so").string();
        CPPUNIT_ASSERT_EQUAL(
            file +
                ": offers several kinds of service (alpha, beta): add its folder to `plugins` "
                "and write one of them in its place",
            pluginError([&] { static_cast<void>(find(file)); }));
    }

    void namesTheFoldersAndTheNearestKind() {
        install("two_kinds", second_ / "greek.so");
        CPPUNIT_ASSERT_EQUAL("no plugin offers the kind \"alhpa\" (searched: " + first_.string() +
                                 ", " + second_.string() + "); did you mean \"alpha\"?",
                             pluginError([&] { static_cast<void>(find("alhpa")); }));
    }

    void neverPassesOverABadFileOfTheRightName() {
        const auto bad = folder_.write("first/good.so", "not a library").string();
        install("good", second_ / "good.so");
        CPPUNIT_ASSERT_EQUAL(
            bad + ": not a shared library: the file does not begin with the ELF magic",
            pluginError([&] { static_cast<void>(find("good")); }));
    }

    void tellsWhichFilesWereRefused() {
        const auto bad = folder_.write("first/bad.so", "").string();
        CPPUNIT_ASSERT_EQUAL("no plugin offers the kind \"good\" (searched: " + first_.string() +
                                 ", " + second_.string() + "); refused there: " + bad +
                                 ": the file is empty",
                             pluginError([&] { static_cast<void>(find("good")); }));
    }

    void tellsWhichFolderIsNotThere() {
        std::filesystem::remove(first_);
        CPPUNIT_ASSERT_EQUAL("no plugin offers the kind \"good\" (searched: " + first_.string() +
                                 ": No such file or directory, " + second_.string() + ")",
                             pluginError([&] { static_cast<void>(find("good")); }));
    }

    void saysThatThereIsNothingToSearch() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("no plugin offers the kind \"good\" (searched: nothing, `plugins` is "
                        "empty)"),
            pluginError([] {
                static_cast<void>(PluginSearch({}).find({"good", {}}));
            }));
        CPPUNIT_ASSERT_EQUAL(std::string("no plugin is named"),
                             pluginError([&] { static_cast<void>(find("")); }));
    }

private:
    [[nodiscard]] FoundPlugin find(const std::string& text) const {
        return PluginSearch({first_, second_}).find({.text = text, .directory = "/"});
    }

    static void assertFound(const std::filesystem::path& file, const std::string& kind,
                            const FoundPlugin& found) {
        CPPUNIT_ASSERT_EQUAL(file.string(), found.file.string());
        CPPUNIT_ASSERT_EQUAL(kind, found.kind);
    }

    TemporaryFolder folder_;
    const std::filesystem::path first_ = folder_ / "first";
    const std::filesystem::path second_ = folder_ / "second";
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginSearchTest);

}  // namespace
}  // namespace berth::test
