// tests/host/config/include_files_test.cpp - which files `include` brings in, and in what order.
#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "host/config/host_config.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

class IncludeFilesTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(IncludeFilesTest);
    CPPUNIT_TEST(readsMatchesInNameOrder);
    CPPUNIT_TEST(skipsHiddenFilesBackupsAndFolders);
    CPPUNIT_TEST(acceptsPatternsWithoutMatches);
    CPPUNIT_TEST(readsEachFileOnce);
    CPPUNIT_TEST(resolvesPathsAgainstTheIncludedFile);
    CPPUNIT_TEST(reportsFilesThatCannotBeRead);
    CPPUNIT_TEST_SUITE_END();

    static std::string service(const std::string& name, const std::string& more = {}) {
        return "[service:" + name + "]\nlisten = 0\n" + more;
    }

    // The names of the services of a main file with that `include`.
    std::vector<std::string> names(const std::string& include) {
        const auto result =
            host::loadHostConfig(folder_.write("berth.ini", "[host]\ninclude = " + include + "\n"));
        for (const auto& error : result.diagnostics) CPPUNIT_FAIL(oneLine(error));
        std::vector<std::string> found;
        for (const auto& config : result.config.services) found.push_back(config.name);
        return found;
    }

    using Names = std::vector<std::string>;
    TemporaryFolder folder_;

public:
    void readsMatchesInNameOrder() {
        folder_.write("conf.d/20.ini", service("b"));
        folder_.write("conf.d/10.ini", service("c") + service("a"));
        folder_.write("other.ini", service("o"));
        folder_.write("conf.d/30.conf", service("x"));
        CHECK(names("conf.d/*.ini") == Names({"c", "a", "b"}));
        CHECK(names("other.ini, conf.d/[23]0.*") == Names({"o", "b", "x"}));
    }

    void skipsHiddenFilesBackupsAndFolders() {
        folder_.write("conf.d/a.ini", service("a"));
        folder_.write("conf.d/.b.ini", "junk\n");
        folder_.write("conf.d/c.ini~", "junk\n");
        folder_.write("conf.d/d.ini/e.ini", "junk\n");
        CHECK(names("conf.d/*") == Names({"a"}));
    }

    void acceptsPatternsWithoutMatches() {
        CHECK(isEmpty(names("conf.d/*.ini")));
        folder_.write("conf.d/a.txt", "");
        CHECK(isEmpty(names("conf.d/*.ini")));
        CHECK(isEmpty(names("")));
    }

    void readsEachFileOnce() {
        folder_.write("a.ini", service("a"));
        std::filesystem::create_symlink("a.ini", folder_.path() / "link.ini");
        CHECK(names("*.ini, a.ini, ./a.ini") == Names({"a"}));
    }

    void resolvesPathsAgainstTheIncludedFile() {
        folder_.write("conf.d/a.ini", "[service:a]\nlisten = unix:a.sock\nfile = x\n");
        const auto result =
            host::loadHostConfig(folder_.write("berth.ini", "[host]\ninclude = conf.d/*.ini\n"));
        CPPUNIT_ASSERT(result.good());
        const auto& config = result.config.services.at(0);
        CHECK(config.options.listen.at(0).path == folder_.path() / "conf.d/a.sock");
        CHECK(config.settings.at(0).directory == folder_.path() / "conf.d");
    }

    void reportsFilesThatCannotBeRead() {
        std::filesystem::create_directory(folder_.path() / "folder.ini");
        const auto result = host::loadHostConfig(folder_.write(
            "berth.ini", "[host]\ninclude = folder.ini, missing.ini\n" + service("a")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, result.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL(std::string("unreadable-include"), result.diagnostics[0].code);
        CPPUNIT_ASSERT_EQUAL(std::string("unreadable-file"), result.diagnostics[1].code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(IncludeFilesTest);

}  // namespace
}  // namespace berth::test
