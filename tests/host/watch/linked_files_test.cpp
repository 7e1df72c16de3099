// tests/host/watch/linked_files_test.cpp - files that links lead to, and ini files that are cut
// short.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "host/config/host_config.h"
#include "host/watch/watch_plan.h"
#include "host/watch/watched_files.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

namespace fs = std::filesystem;

using host::WatchedFiles;
using host::WatchedFolder;

class LinkedFilesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkedFilesTest);
    CPPUNIT_TEST(seesAConfigMapThatIsSwapped);
    CPPUNIT_TEST(seesAReleaseThatIsChosen);
    CPPUNIT_TEST(seesAFileThatIsWrittenWhereItIs);
    CPPUNIT_TEST(seesAFileThatIsReplacedWhereItIs);
    CPPUNIT_TEST(followsALinkThatCameLater);
    CPPUNIT_TEST(followsALinkToTheMainFile);
    CPPUNIT_TEST(seesWhatALinkLedToInVain);
    CPPUNIT_TEST(waitsForTheEndOfTheLastLine);
    CPPUNIT_TEST_SUITE_END();

    [[nodiscard]] std::vector<WatchedFolder> plan(const std::string& folder) const {
        return {{folder_ / folder, {"*.ini"}, {"*.ini"}}};
    }

    std::string told(WatchedFiles& files) const {
        files.update();
        return describe(files.take(), folder_.path());
    }

    // As `ln -sfn` does.
    void link(const std::string& target, const std::string& name) const {
        fs::create_symlink(target, folder_ / "new");
        fs::rename(folder_ / "new", folder_ / name);
    }

    void seesAConfigMapThatIsSwapped() {
        folder_.write("map/..v1/greet.ini", "one\n");
        link("..v1", "map/..data");
        link("..data/greet.ini", "map/greet.ini");
        WatchedFiles files(plan("map"), nullptr);
        for (const std::string next : {"2", "3", "4"}) {
            folder_.write("map/..v" + next + "/greet.ini", "next " + next + "\n");
            link("..v" + next, "map/..data");
            CPPUNIT_ASSERT_EQUAL(std::string("map/greet.ini changed"), told(files));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), told(files));
    }

    void seesAReleaseThatIsChosen() {
        folder_.write("r1/conf/a.ini", "one\n");
        folder_.write("r2/conf/a.ini", "two is longer\n");
        link("r1", "current");
        WatchedFiles files(plan("current/conf"), nullptr);
        link("r2", "current");
        CPPUNIT_ASSERT_EQUAL(std::string("current/conf/a.ini changed"), told(files));
        folder_.write("r2/conf/b.ini", "b\n");
        CPPUNIT_ASSERT_EQUAL(std::string("current/conf/b.ini appeared"), told(files));
    }

    void seesAFileThatIsWrittenWhereItIs() {
        folder_.write("real/x", "one\n");
        folder_.write("w/other.ini", "o\n");
        link("../real/x", "w/a.ini");
        WatchedFiles files(plan("w"), nullptr);
        std::ofstream(folder_ / "real/x") << "more than one\n";
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
    }

    void seesAFileThatIsReplacedWhereItIs() {
        folder_.write("real/x", "one\n");
        folder_.write("w/other.ini", "o\n");
        link("../real/x", "w/a.ini");
        WatchedFiles files(plan("w"), nullptr);
        folder_.write("y", "another\n");
        fs::rename(folder_ / "y", folder_ / "real/x");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
        fs::remove(folder_ / "real/x");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini left"), told(files));
    }

    void followsALinkThatCameLater() {
        folder_.write("real/x", "one\n");
        folder_.write("w/other.ini", "o\n");
        WatchedFiles files(plan("w"), nullptr);
        link("../real/x", "w/a.ini");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
        std::ofstream(folder_ / "real/x") << "more than one\n";
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
    }

    void followsALinkToTheMainFile() {
        const auto real = folder_.write("real/host.ini", "[host]\n");
        fs::create_directory(folder_ / "w");
        link("../real/host.ini", "w/berth.ini");
        host::HostConfig config;
        config.file = folder_ / "w/berth.ini";
        config.host.watch = true;
        WatchedFiles files(host::watchPlan(config), nullptr);
        std::ofstream(real) << "[host]\nwatch = on\n";
        CPPUNIT_ASSERT_EQUAL(std::string("w/berth.ini changed"), told(files));
        folder_.write("real/other.ini", "[host]\nwatch = yes\n");
        link("../real/other.ini", "w/berth.ini");
        CPPUNIT_ASSERT_EQUAL(std::string("w/berth.ini changed"), told(files));
    }

    void seesWhatALinkLedToInVain() {
        folder_.write("w/other.ini", "o\n");
        link("../later/x", "w/a.ini");
        WatchedFiles files(plan("w"), nullptr);
        folder_.write("later/x", "one\n");
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini appeared"), told(files));
    }

    void waitsForTheEndOfTheLastLine() {
        folder_.write("w/a.ini", "[service:a]\n");
        WatchedFiles files(plan("w"), nullptr);
        std::ofstream(folder_ / "w/a.ini") << "[service:a]\nlisten = 70";
        CPPUNIT_ASSERT(files.update());
        CPPUNIT_ASSERT(files.touched());
        CPPUNIT_ASSERT(files.patience().has_value());
        std::ofstream(folder_ / "w/a.ini") << "[service:a]\nlisten = 7001\n";
        CPPUNIT_ASSERT(files.update());
        CPPUNIT_ASSERT(!files.patience());
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
        // Told all the same when nothing follows: its reader says what is wrong.
        std::ofstream(folder_ / "w/a.ini") << "[service:a]";
        CPPUNIT_ASSERT_EQUAL(std::string("w/a.ini changed"), told(files));
        CPPUNIT_ASSERT(!files.patience());
    }

    const TemporaryFolder folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkedFilesTest);

}  // namespace
}  // namespace berth::test
