// tests/host/config/host_config_test.cpp - a whole configuration: defaults, sections, places.
#include "host/config/host_config.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>
#include <string>

#include "host/config/sample_kind.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::ConfigResult;
using host::ListenAddress;

class HostConfigTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostConfigTest);
    CPPUNIT_TEST(fillsInDefaultsBesideTheFile);
    CPPUNIT_TEST(readsTheHostAndControlSections);
    CPPUNIT_TEST(switchesTheControlPortOff);
    CPPUNIT_TEST(partsCommonKeysFromThePluginsOwn);
    CPPUNIT_TEST(namesThePlugin);
    CPPUNIT_TEST(keepsLogWordsAndResolvesLogPaths);
    CPPUNIT_TEST(expandsVariablesInEverySection);
    CPPUNIT_TEST(letsDisabledServicesShareAddresses);
    CPPUNIT_TEST(letsFamiliesAndPortZeroShareAddresses);
    CPPUNIT_TEST(findsConflictsWithTheControlSocket);
    CPPUNIT_TEST(pointsIntoPluginValues);
    CPPUNIT_TEST(showsNoSecretBelowAnError);
    CPPUNIT_TEST(refusesEmptyRestrictions);
    CPPUNIT_TEST(blamesTheWholeValueBehindEscapes);
    CPPUNIT_TEST(suggestsCommonKeysForPluginKeys);
    CPPUNIT_TEST(reportsAMissingFile);
    CPPUNIT_TEST(readsARelativePath);
    CPPUNIT_TEST_SUITE_END();

    ConfigResult load(const std::string& text) {
        return host::loadHostConfig(folder_.write("berth.ini", text));
    }

    host::HostConfig loadGood(const std::string& text) {
        auto result = load(text);
        for (const auto& error : result.diagnostics) CPPUNIT_FAIL(oneLine(error));
        return std::move(result.config);
    }

    static std::string service(const std::string& name, const std::string& listen) {
        return "[service:" + name + "]\nlisten = " + listen + "\n";
    }

    TemporaryFolder folder_;

public:
    void fillsInDefaultsBesideTheFile() {
        const auto config = loadGood("[host]\n");
        const auto& here = folder_.path();
        CHECK(config.file == here / "berth.ini");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, config.host.plugins.size());
        CHECK(config.host.plugins[0] == here / "plugins");
        CHECK(config.host.state == here / "state");
        CPPUNIT_ASSERT_EQUAL(std::string("stderr"), config.host.log);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, config.control.listen.size());
        CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1:7400"), toString(config.control.listen[0]));
        CHECK(config.control.listen[1].path == here / "state/control.sock");
        CHECK(config.control.tokenFile == here / "state/control.token");
        CHECK(isEmpty(config.services));
    }

    void readsTheHostAndControlSections() {
        const auto config = loadGood(
            "[host]\nplugins = a, /b\nstate = ../s\nlog_level = warning\nlog_format = json\n"
            "log_rotate_size = 1M\nlog_rotate_count = 3\naccess_log = off\n"
            "[control]\nlisten = 7401, unix:c.sock\ntoken_file = t\nmax_connections = 4\n"
            "idle_timeout = 1m\n");
        const auto& here = folder_.path();
        CHECK(config.host.plugins[0] == here / "a");
        CHECK(config.host.plugins[1] == "/b");
        CHECK(config.host.state == here.parent_path() / "s");
        CHECK(config.host.logLevel == LogLevel::Warning);
        CHECK(config.host.logFormat == host::LogFormat::Json);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 20, config.host.logRotateSize.value);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, config.host.logRotateCount);
        CPPUNIT_ASSERT(!config.host.accessLog);
        CHECK(config.control.listen.at(1).path == here / "c.sock");
        CHECK(config.control.tokenFile == here / "t");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, config.control.maxConnections);
    }

    void switchesTheControlPortOff() {
        CHECK(isEmpty(loadGood("[control]\nlisten =\n").control.listen));
    }

    void partsCommonKeysFromThePluginsOwn() {
        const auto config = loadGood(
            "[service:a]\nmessage = \"hi ; there\"\nlisten = 0\ncommand.x = \"/bin/a b\" c\n"
            "max_connections = 7\n");
        const auto& found = config.services.at(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, found.options.maxConnections);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found.settings.size());
        CPPUNIT_ASSERT_EQUAL(found.settings.size(), found.origins.size());
        CPPUNIT_ASSERT_EQUAL(std::string("message"), found.settings[0].key);
        CPPUNIT_ASSERT_EQUAL(std::string("hi ; there"), found.settings[0].text);
        CPPUNIT_ASSERT_EQUAL(std::string("\"/bin/a b\" c"), found.settings[1].text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, found.origins[1].key.line);
    }

    void namesThePlugin() {
        const auto config =
            loadGood(service("echo", "0") + service("shout", "0") + "plugin = uppercase\n");
        CPPUNIT_ASSERT_EQUAL(std::string("echo"), config.services.at(0).plugin());
        CPPUNIT_ASSERT_EQUAL(std::string("uppercase"), config.services.at(1).plugin());
    }

    void keepsLogWordsAndResolvesLogPaths() {
        CPPUNIT_ASSERT_EQUAL(std::string("syslog"), loadGood("[host]\nlog = syslog\n").host.log);
        const auto config = loadGood("[host]\nlog = logs/a.log\naudit_log = audit.log\n");
        CPPUNIT_ASSERT_EQUAL((folder_.path() / "logs/a.log").string(), config.host.log);
        CPPUNIT_ASSERT_EQUAL((folder_.path() / "audit.log").string(), config.host.auditLog);
    }

    void expandsVariablesInEverySection() {
        ::setenv("BERTH_TEST_SET", "7", 1);
        const auto config =
            loadGood("[control]\nmax_connections = ${env:BERTH_TEST_SET}\n" + service("a", "0") +
                     "max_per_client = ${env:BERTH_TEST_SET}\n");
        ::unsetenv("BERTH_TEST_SET");
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, config.control.maxConnections);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, config.services.at(0).options.maxPerClient);
    }

    void letsDisabledServicesShareAddresses() {
        (void)loadGood(service("a", "7001") + service("b", "7001") + "enabled = no\n");
    }

    void letsFamiliesAndPortZeroShareAddresses() {
        (void)loadGood(service("a", "*:7001, [::]:7001, 0, 0") + service("b", "0, *:0, unix:x"));
        (void)loadGood(service("a", "127.0.0.1:7001") + service("b", "127.0.0.2:7001"));
    }

    void findsConflictsWithTheControlSocket() {
        const auto result = load(service("a", "unix:state/../state/control.sock"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL(std::string("address-conflict"), result.diagnostics[0].code);
    }

    void pointsIntoPluginValues() {
        const auto file = folder_.write("berth.ini", service("a", "0") + "\tpause =  \"soon\"\n");
        const auto errors = everyError(file);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, errors.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, errors[0].position.line);
        CPPUNIT_ASSERT_EQUAL(std::size_t{12}, errors[0].position.column);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, errors[0].position.length);
    }

    // Neither of a key that is secret, nor of one that may be meant as such, nor before it is known
    // which are.
    void showsNoSecretBelowAnError() {
        for (const std::string line :
             {"pin = 12hunter2", "pim = hunter2", "pin = 1\npin = hunter2", "pin = \"hunter2",
              "pin = \"1\" hunter2", "pin = hunter2 ${env:BERTH_NOT_SET_AT_ALL}",
              "pin = hunter2 \x01", "= hunter2"}) {
            const auto errors =
                everyError(folder_.write("berth.ini", service("a", "0") + line + "\n"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, std::size_t{1}, errors.size());
            std::ostringstream out;
            printText(out, errors[0]);
            CHECK(!contains(out.str(), "hunter2"));
        }
        const auto errors =
            everyError(folder_.write("berth.ini", service("a", "0") + "pin = 12x4 ; mine\n"));
        std::ostringstream out;
        printText(out, errors.at(0));
        CHECK(endsWith(out.str(), "\n   3 | pin = **** * ****\n     |         ^\n"));
    }

    void refusesEmptyRestrictions() {
        for (const std::string key : {"allow", "deny", "tls_client_ca", "tls_certificate",
                                      "tls_key", "proxy_protocol", "plugin", "rate", "listen"}) {
            const auto text =
                "[service:a]\n" + std::string(key == "listen" ? "" : "listen = 0\n") + key + " =\n";
            CPPUNIT_ASSERT_MESSAGE(key, !load(text).diagnostics.empty());
        }
        for (const std::string key : {"plugins", "state", "log", "audit_log"}) {
            CPPUNIT_ASSERT_MESSAGE(key, !load("[host]\n" + key + " =\n").diagnostics.empty());
        }
        CPPUNIT_ASSERT(!load("[control]\ntoken_file =\n").diagnostics.empty());
        CHECK(isEmpty(load("[control]\nlisten =\n").diagnostics));
    }

    void blamesTheWholeValueBehindEscapes() {
        const auto result = load(service("a", "0") + R"(allow = "any, 10.0.0.x\\")" + "\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, result.diagnostics[0].position.column);
        CPPUNIT_ASSERT_EQUAL(std::size_t{15}, result.diagnostics[0].position.length);
    }

    void suggestsCommonKeysForPluginKeys() {
        const auto file = folder_.write(
            "berth.ini", service("a", "0") + "lisen = 1\nmesage = x\nIDLE_TIMEOUT = 1s\nqqq = 1\n");
        const auto errors = everyError(file);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, errors.size());
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"listen\"?"), errors[0].suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"message\"?"), errors[1].suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string("did you mean \"idle_timeout\"?"), errors[2].suggestion);
        CPPUNIT_ASSERT_EQUAL(std::string(), errors[3].suggestion);
    }

    void reportsAMissingFile() {
        const auto result = host::loadHostConfig(folder_.path() / "missing.ini");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result.diagnostics.size());
        CPPUNIT_ASSERT_EQUAL((folder_.path() / "missing.ini").string() +
                                 ": error: cannot read the file: No such file or directory",
                             oneLine(result.diagnostics[0]));
    }

    void readsARelativePath() {
        folder_.write("berth.ini", service("a", "unix:a.sock"));
        const auto before = std::filesystem::current_path();
        std::filesystem::current_path(folder_.path());
        const auto result = host::loadHostConfig("berth.ini");
        std::filesystem::current_path(before);
        CPPUNIT_ASSERT(result.good());
        CHECK(result.config.host.state == folder_.path() / "state");
        CPPUNIT_ASSERT(result.config.services.at(0).options.listen.at(0).path.is_absolute());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostConfigTest);

}  // namespace
}  // namespace berth::test
