// tests/host/watch/watch_plan_test.cpp - which files are watched.
#include "host/watch/watch_plan.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::HostConfig;
using host::WatchedFolder;
using host::watchPlan;

class WatchPlanTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WatchPlanTest);
    CPPUNIT_TEST(isEmptyWhenOff);
    CPPUNIT_TEST(namesPluginsTheMainFileAndIncludes);
    CPPUNIT_TEST(takesNamesAsTheyAre);
    CPPUNIT_TEST(followsALinkToTheMainFile);
    CPPUNIT_TEST(matchesNoTemporaryFile);
    CPPUNIT_TEST_SUITE_END();

    static HostConfig config() {
        HostConfig config;
        config.file = "/srv/berth/berth.ini";
        config.host.watch = true;
        config.host.plugins = {"/usr/lib/berth/", "/srv/berth/plugins"};
        config.host.include = {"conf.d/*.ini", "extra.ini"};
        return config;
    }

    static bool watches(const std::vector<WatchedFolder>& plan, const std::filesystem::path& file) {
        return std::ranges::any_of(plan, [&](const WatchedFolder& folder) {
            return folder.folder == file.parent_path() && folder.matches(file.filename().string());
        });
    }

    void isEmptyWhenOff() {
        auto off = config();
        off.host.watch = false;
        CPPUNIT_ASSERT(watchPlan(off).empty());
    }

    void namesPluginsTheMainFileAndIncludes() {
        const auto plan = watchPlan(config());
        for (const auto* file :
             {"/srv/berth/berth.ini", "/srv/berth/extra.ini", "/srv/berth/conf.d/a.ini",
              "/usr/lib/berth/x.so", "/srv/berth/plugins/x.so"}) {
            CPPUNIT_ASSERT_MESSAGE(file, watches(plan, file));
        }
        for (const auto* file : {"/srv/berth/berth.log", "/srv/berth/conf.d/a.txt",
                                 "/usr/lib/berth/x.so.1", "/srv/berth/x.so"}) {
            CPPUNIT_ASSERT_MESSAGE(file, !watches(plan, file));
        }
    }

    void takesNamesAsTheyAre() {
        auto odd = config();
        odd.file = "/srv/berth/[a]*.ini";
        CPPUNIT_ASSERT(watches(watchPlan(odd), "/srv/berth/[a]*.ini"));
        CPPUNIT_ASSERT(!watches(watchPlan(odd), "/srv/berth/ab.ini"));
    }

    void followsALinkToTheMainFile() {
        const TemporaryFolder folder;
        const auto real = folder.write("real/host.ini", "");
        auto linked = config();
        linked.file = folder / "berth.ini";
        std::filesystem::create_symlink(real, linked.file);
        CPPUNIT_ASSERT(watches(watchPlan(linked), linked.file));
        CPPUNIT_ASSERT(watches(watchPlan(linked), std::filesystem::canonical(real)));
    }

    void matchesNoTemporaryFile() {
        const WatchedFolder all{"/x", {"*"}};
        for (const auto* name : {".a.ini", "a.ini~", ".a.ini.swp", "a.swp", "a.so.part", "a.tmp"}) {
            CPPUNIT_ASSERT_MESSAGE(name, !all.matches(name));
        }
        CPPUNIT_ASSERT(all.matches("a.ini"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WatchPlanTest);

}  // namespace
}  // namespace berth::test
