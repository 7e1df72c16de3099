// tests/host/watch/watch_plan_test.cpp - which files are watched.
#include "host/watch/watch_plan.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <string>

#include "support/check.h"
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
    CPPUNIT_TEST(namesPluginFilesAndCertificates);
    CPPUNIT_TEST(tellsIniFilesFromOthers);
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
        CHECK(isEmpty(watchPlan(off)));
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

    void namesPluginFilesAndCertificates() {
        auto secure = config();
        host::ServiceConfig service;
        service.section.file = "/srv/berth/berth.ini";
        service.options.plugin = "./own.so";
        service.options.tlsCertificate = "/etc/tls/a.pem";
        service.options.tlsKey = "/etc/tls/a.key";
        secure.services = {service};
        const auto plan = watchPlan(secure);
        for (const auto* file : {"/srv/berth/own.so", "/etc/tls/a.pem", "/etc/tls/a.key"}) {
            CPPUNIT_ASSERT_MESSAGE(file, watches(plan, file));
        }
        CPPUNIT_ASSERT(!watches(plan, "/etc/tls/b.pem"));
    }

    void tellsIniFilesFromOthers() {
        const auto plan = watchPlan(config());
        const auto isIni = [&](const std::string& folder, const std::string& name) {
            const auto found =
                std::ranges::find(plan, std::filesystem::path(folder), &WatchedFolder::folder);
            return found != plan.end() && found->isIni(name);
        };
        CPPUNIT_ASSERT(isIni("/srv/berth", "berth.ini"));
        CPPUNIT_ASSERT(isIni("/srv/berth/conf.d", "a.ini"));
        CPPUNIT_ASSERT(!isIni("/usr/lib/berth", "x.so"));
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
