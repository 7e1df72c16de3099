// tests/host/config/service_options_test.cpp - the common keys, each with its effect.
#include "host/config/service_options.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "support/check.h"

namespace berth::test {
namespace {

using host::ServiceOptions;
using namespace std::chrono_literals;

class ServiceOptionsTest final : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceOptionsTest);
    CPPUNIT_TEST(haveTheKeysOfTheReference);
    CPPUNIT_TEST(takeEveryKey);
    CPPUNIT_TEST(markWhatChangesWhileAServiceRuns);
    CPPUNIT_TEST(describeEveryKey);
    CPPUNIT_TEST(refuseWhoIsUnknown);
    CPPUNIT_TEST(refuseCiphersThatOpensslDoesNotKnow);
    CPPUNIT_TEST_SUITE_END();

    static std::string words(const std::vector<std::string>& keys) {
        std::string text;
        for (const auto& key : keys) text += (text.empty() ? "" : " ") + key;
        return text;
    }

    static ServiceOptions parse(const std::vector<std::pair<std::string, std::string>>& keys) {
        std::vector<SettingValue> values;
        for (const auto& [key, text] : keys) values.push_back({key, text, "/etc/berth"});
        std::vector<SettingIssue> issues;
        auto options = parseSettings<ServiceOptions>(values, issues);
        for (const auto& issue : issues) CPPUNIT_FAIL(issue.message);
        return options;
    }

    static std::string errorOf(const std::string& key, const std::string& text) {
        std::vector<SettingIssue> issues;
        static_cast<void>(
            parseSettings<ServiceOptions>({{"listen", "0", {}}, {key, text, {}}}, issues));
        return issues.empty() ? std::string() : issues.front().message;
    }

public:
    void refuseWhoIsUnknown() {
        for (const std::string text : {"nosuchuser", "root:nosuchgroup", "root:", "-1", ":"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !errorOf("socket_owner", text).empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), errorOf("socket_owner", ":root"));
        CPPUNIT_ASSERT_EQUAL(std::string(), errorOf("socket_owner", "root"));
    }

    void refuseCiphersThatOpensslDoesNotKnow() {
        CPPUNIT_ASSERT_EQUAL(std::string("OpenSSL knows no cipher suite \"AES128-FOO\""),
                             errorOf("tls_ciphers", "ECDHE-RSA-AES128-GCM-SHA256:AES128-FOO"));
        CHECK(contains(errorOf("tls_ciphers", "!ALL"), "no cipher suite"));
        // Those that are the default are not looked at again for each service.
        const std::string standard(host::kIntermediateCiphers);
        CPPUNIT_ASSERT_EQUAL(std::string(), errorOf("tls_ciphers", standard + ":!aNULL"));
        CPPUNIT_ASSERT(!errorOf("tls_min_version", "1.1").empty());
    }

    void haveTheKeysOfTheReference() {
        const std::set<std::string> expected{"plugin",
                                             "listen",
                                             "enabled",
                                             "engine",
                                             "threads",
                                             "backlog",
                                             "max_connections",
                                             "max_per_client",
                                             "ipv6_client_prefix",
                                             "rate",
                                             "overflow",
                                             "idle_timeout",
                                             "write_timeout",
                                             "max_lifetime",
                                             "drain_timeout",
                                             "allow",
                                             "deny",
                                             "tls_certificate",
                                             "tls_key",
                                             "tls_client_ca",
                                             "tls_min_version",
                                             "tls_ciphers",
                                             "socket_mode",
                                             "socket_owner",
                                             "proxy_protocol",
                                             "nodelay",
                                             "keepalive",
                                             "receive_buffer",
                                             "send_buffer",
                                             "probation",
                                             "probation_failures"};
        std::set<std::string> found;
        for (const auto& field : Schema<ServiceOptions>().descriptions()) found.insert(field.key);
        CHECK(found == expected);
    }

    void takeEveryKey() {
        const auto options = parse({{"plugin", "echo"},
                                    {"listen", "7002, *:7003"},
                                    {"enabled", "no"},
                                    {"engine", "fibers"},
                                    {"threads", "8"},
                                    {"backlog", "100"},
                                    {"max_connections", "50"},
                                    {"max_per_client", "5"},
                                    {"rate", "10/s"},
                                    {"overflow", "refuse"},
                                    {"idle_timeout", "1m"},
                                    {"write_timeout", "2s"},
                                    {"max_lifetime", "1h"},
                                    {"drain_timeout", "3s"},
                                    {"probation", "50 connections | 30s"},
                                    {"probation_failures", "4"},
                                    {"allow", "10.0.0.0/8, unix"},
                                    {"deny", "any"},
                                    {"proxy_protocol", "10.0.0.1"},
                                    {"nodelay", "off"},
                                    {"keepalive", "off"},
                                    {"receive_buffer", "64K"},
                                    {"send_buffer", "1M"},
                                    {"socket_mode", "0600"},
                                    {"socket_owner", "0:0"},
                                    {"tls_min_version", "1.3"},
                                    {"tls_ciphers", "ECDHE+AESGCM:!aNULL"}});
        ServiceOptions expected;
        expected.plugin = "echo";
        expected.listen = {{.host = "127.0.0.1", .port = 7002}, {.host = "0.0.0.0", .port = 7003}};
        expected.enabled = false;
        expected.engine = host::EngineKind::Fibers;
        expected.threads = 8;
        expected.probation = {50, std::chrono::seconds(30)};
        expected.probationFailures = 4;
        expected.backlog = 100;
        expected.maxConnections = 50;
        expected.maxPerClient = 5;
        expected.rate = {.events = 10, .period = 1s};
        expected.overflow = host::Overflow::Refuse;
        expected.idleTimeout = 1min;
        expected.writeTimeout = 2s;
        expected.maxLifetime = 1h;
        expected.drainTimeout = 3s;
        expected.allow = options.allow;
        expected.deny = options.deny;
        expected.proxyProtocol = options.proxyProtocol;
        expected.nodelay = false;
        expected.keepalive = false;
        expected.receiveBuffer = {64 << 10};
        expected.sendBuffer = {1 << 20};
        expected.socketMode = {0600};
        expected.socketOwner = {"0:0", 0, 0};
        expected.tlsMinVersion = host::TlsVersion::V13;
        expected.tlsCiphers = "ECDHE+AESGCM:!aNULL";
        CHECK(options == expected);
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.0/8"), toString(options.allow.at(0)));
        CPPUNIT_ASSERT_EQUAL(std::string("unix"), toString(options.allow.at(1)));
        CPPUNIT_ASSERT_EQUAL(std::string("any"), toString(options.deny.at(0)));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), toString(options.proxyProtocol.at(0)));
    }

    void markWhatChangesWhileAServiceRuns() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("max_connections max_per_client ipv6_client_prefix rate overflow allow "
                        "deny idle_timeout write_timeout max_lifetime drain_timeout nodelay "
                        "keepalive"),
            words(ServiceOptions::marks().live));
        CPPUNIT_ASSERT_EQUAL(std::string("plugin listen enabled engine threads"),
                             words(ServiceOptions::marks().structural));
    }

    void describeEveryKey() {
        for (const auto& field : Schema<ServiceOptions>().descriptions()) {
            CPPUNIT_ASSERT_MESSAGE(field.key, !field.type.empty());
            CPPUNIT_ASSERT_MESSAGE(field.key, field.help.ends_with('.'));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceOptionsTest);

}  // namespace
}  // namespace berth::test
