// tests/plugins/upload/settings_test.cpp - the ini keys of upload.
#include "upload/settings.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "support/check.h"
#include "support/plugin_under_test.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class SettingsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(isSafeAsShipped);
    CPPUNIT_TEST(takesEveryKey);
    CPPUNIT_TEST(needsADirectoryThatIsThere);
    CPPUNIT_TEST(refusesWrongModes);
    CPPUNIT_TEST(writesModesAsTheyAreRead);
    CPPUNIT_TEST_SUITE_END();

    TemporaryFolder folder_;
    PluginUnderTest plugin_{"upload"};

    std::vector<SettingIssue> issuesOf(Values values, bool withDirectory = true) {
        if (withDirectory) values.emplace_back("directory", folder_.path().string());
        return plugin_.check("upload", values);
    }

public:
    void isSafeAsShipped() {
        const upload::Settings settings;
        CPPUNIT_ASSERT(!settings.overwrite);
        CHECK(settings.maxFileSize.value != 0);
        CHECK(settings.minFreeSpace.value != 0);
        CPPUNIT_ASSERT_EQUAL(mode_t{0640}, settings.mode.bits);
    }

    void takesEveryKey() {
        CHECK(isEmpty(issuesOf({})));
        CHECK(isEmpty(issuesOf({{"max_file_size", "5G"},
                                {"max_total_size", "1T"},
                                {"min_free_space", "0"},
                                {"overwrite", "on"},
                                {"partial_ttl", "90m"},
                                {"strip_directories", "off"},
                                {"mode", "0600"}})));
    }

    void needsADirectoryThatIsThere() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, issuesOf({}, false).size());
        const auto missing = issuesOf({{"directory", "/no/such"}}, false);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, missing.size());
        CPPUNIT_ASSERT_EQUAL(std::string("there is no directory /no/such"),
                             missing.front().message);
        CPPUNIT_ASSERT_EQUAL(std::string("make it: mkdir -p /no/such"), missing.front().suggestion);
        const auto file = folder_.write("file", "");
        const auto wrong = issuesOf({{"directory", file.string()}}, false);
        CPPUNIT_ASSERT_EQUAL(file.string() + " is not a directory", wrong.at(0).message);
    }

    void refusesWrongModes() {
        for (const auto* mode :
             {"", "64", "0", "648", "-640", "06400", "4755", "rw-r-----", "0240", "000"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(mode, std::size_t{1}, issuesOf({{"mode", mode}}).size());
        }
    }

    void writesModesAsTheyAreRead() {
        using Codec = ValueCodec<FileMode>;
        const std::filesystem::path here;
        for (const std::string text : {"0640", "0777", "0400", "0604"}) {
            CPPUNIT_ASSERT_EQUAL(text, Codec::format(Codec::parse({text, here})));
        }
        CPPUNIT_ASSERT_EQUAL(mode_t{0640}, Codec::parse({"640", here}).bits);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
}  // namespace berth::test
