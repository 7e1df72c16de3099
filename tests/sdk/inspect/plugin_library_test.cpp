// tests/sdk/inspect/plugin_library_test.cpp - opening a plugin, and the reasons why it fails.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "berth/inspect/plugin_library.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using inspect::PluginLibrary;

class PluginLibraryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginLibraryTest);
    CPPUNIT_TEST(findsTheKindsOfThePlugin);
    CPPUNIT_TEST(staysOpenWhenItIsMoved);
    CPPUNIT_TEST(namesTheSymbolThatNobodyDefines);
    CPPUNIT_TEST(namesTheLibraryThatIsMissing);
    CPPUNIT_TEST(refusesWhatIsNoPlugin);
    CPPUNIT_TEST(refusesADescriptorThatDiffersFromTheNote);
    CPPUNIT_TEST(refusesADescriptorWithoutTheKindsOfItsNote);
    CPPUNIT_TEST_SUITE_END();

public:
    void findsTheKindsOfThePlugin() {
        const PluginLibrary library(fixturePlugin("two_kinds"));
        CPPUNIT_ASSERT_EQUAL(std::uint32_t{2}, library.descriptor().kindCount);
        CPPUNIT_ASSERT_EQUAL(std::string("beta"), std::string(library.kind("beta")->name));
        CHECK(library.kind("gamma") == nullptr);
    }

    void staysOpenWhenItIsMoved() {
        PluginLibrary first(fixturePlugin("good"));
        const PluginLibrary second(std::move(first));
        CHECK(second.kind("good") != nullptr);
    }

    void namesTheSymbolThatNobodyDefines() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("cannot be loaded: undefined symbol missing::notDefinedAnywhere(char "
                        "const*): link the plugin with what defines it"),
            failure(fixturePlugin("missing_symbol")));
    }

    void namesTheLibraryThatIsMissing() {
        CPPUNIT_ASSERT_EQUAL(std::string("cannot be loaded: the library libberth_nowhere.so, which "
                                         "it needs, cannot be found or opened"),
                             failure(fixturePlugin("missing_library")));
    }

    void refusesWhatIsNoPlugin() {
        CHECK(startsWith(failure(fixturePlugin("no_note")), "a shared library but no"));
        CHECK(startsWith(failure("absent.so"), "cannot be opened: "));
    }

    void refusesADescriptorThatDiffersFromTheNote() {
        PluginBytes plugin("good");
        plugin.putText(plugin.noteAt() + offsetof(abi::PluginNote, pluginVersion), "9.9.9");
        const auto error = failure(plugin.writeTo(folder_ / "changed.so"));
        CHECK(startsWith(error, "the descriptor in memory differs from the file's note"));
    }

    void refusesADescriptorWithoutTheKindsOfItsNote() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("the descriptor does not offer the kinds that its note names"),
            failure(fixturePlugin("kinds_mismatch")));
    }

private:
    static std::string failure(const std::filesystem::path& path) {
        try {
            const PluginLibrary library(path);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it was opened";
    }

    TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginLibraryTest);

}  // namespace
}  // namespace berth::test
