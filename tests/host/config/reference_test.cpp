// tests/host/config/reference_test.cpp - the tables of docs/configuration.md are those of the
// schemas. To write them anew run: BERTH_UPDATE_GOLDEN=1 config_reference_test.
#include "host/config/reference.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "berth/inspect/plugin_library.h"
#include "host/config/service_options.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

const fs::path kDocument = fs::path(BERTH_TEST_SOURCE_DIR) / "docs/configuration.md";
constexpr std::string_view kBegin = "<!-- table: ";
constexpr std::string_view kEnd = "<!-- end of table -->";
constexpr std::string_view kKind = "kind ";

std::vector<FieldDescription> describe(const std::string& kind) {
    const auto file = fs::path(BERTH_TEST_BINARY_DIR) / "plugins" / (kind + ".so");
    const inspect::PluginLibrary library(file);
    const auto* found = library.kind(kind);
    CPPUNIT_ASSERT_MESSAGE(file.string(), found != nullptr);
    std::vector<FieldDescription> fields;
    std::string error;
    CPPUNIT_ASSERT_MESSAGE(error, found->describe(fields, error));
    return fields;
}

// Of "host", "control", "service" or "kind NAME".
std::string table(const std::string& name) {
    if (!name.starts_with(kKind)) return host::sectionTable(name);
    return host::markdownTable(describe(name.substr(kKind.size())));
}

class ReferenceTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReferenceTest);
    CPPUNIT_TEST(agreesWithTheSchemas);
    CPPUNIT_TEST(hasATableForEverySectionAndPlugin);
    CPPUNIT_TEST(keepsKindsOutOfTheCommonKeys);
    CPPUNIT_TEST(isPrintedWhole);
    CPPUNIT_TEST(escapesBarsInCells);
    CPPUNIT_TEST_SUITE_END();

    // The document with each table made anew; the names of the tables go to `names`.
    static std::string regenerate(const std::string& document, std::set<std::string>& names) {
        std::string result;
        std::size_t at = 0;
        for (auto begin = document.find(kBegin); begin != std::string::npos;
             begin = document.find(kBegin, at)) {
            const auto nameAt = begin + kBegin.size();
            const auto name = document.substr(nameAt, document.find(" -->", nameAt) - nameAt);
            const auto tableAt = document.find('\n', nameAt) + 1;
            const auto end = document.find(kEnd, tableAt);
            CPPUNIT_ASSERT_MESSAGE(name + " has no end", end != std::string::npos);
            names.insert(name);
            result += document.substr(at, tableAt - at) + table(name);
            at = end;
        }
        return result + document.substr(at);
    }

public:
    void agreesWithTheSchemas() {
        const auto document = readFile(kDocument);
        std::set<std::string> names;
        const auto fresh = regenerate(document, names);
        if (std::getenv("BERTH_UPDATE_GOLDEN") != nullptr) {
            std::ofstream(kDocument, std::ios::binary) << fresh;
            return;
        }
        CPPUNIT_ASSERT_EQUAL(fresh, document);
    }

    void hasATableForEverySectionAndPlugin() {
        std::set<std::string> names;
        (void)regenerate(readFile(kDocument), names);
        std::set<std::string> expected{"host", "control", "service"};
        for (const auto& entry :
             fs::directory_iterator(fs::path(BERTH_TEST_SOURCE_DIR) / "plugins")) {
            if (fs::exists(entry.path() / "CMakeLists.txt")) {
                expected.insert(std::string(kKind) + entry.path().filename().string());
            }
        }
        CHECK(names == expected);
    }

    void keepsKindsOutOfTheCommonKeys() {
        std::set<std::string> common;
        for (const auto& field : Schema<host::ServiceOptions>().descriptions()) {
            common.insert(field.key);
        }
        std::set<std::string> names;
        (void)regenerate(readFile(kDocument), names);
        for (const auto& name : names) {
            if (!name.starts_with(kKind)) continue;
            for (const auto& field : describe(name.substr(kKind.size()))) {
                CPPUNIT_ASSERT_MESSAGE(name + " redefines " + field.key,
                                       !common.contains(field.key));
            }
        }
    }

    void isPrintedWhole() {
        std::ostringstream out;
        host::printReference(out);
        for (const auto* section : {"host", "control", "service"}) {
            CHECK(contains(out.str(), host::sectionTable(section)));
        }
        CPPUNIT_ASSERT_THROW((void)host::sectionTable("other"), std::out_of_range);
    }

    void escapesBarsInCells() {
        const auto text = host::markdownTable(
            {{.key = "k", .type = "a|b", .defaultText = "a|b", .range = "1 to 2", .help = "c|d"}});
        CHECK(endsWith(text, "| `k` | a\\|b, 1 to 2 | `a\\|b` | c\\|d |\n"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReferenceTest);

}  // namespace
}  // namespace berth::test
