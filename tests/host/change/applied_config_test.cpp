// tests/host/change/applied_config_test.cpp - what is in force, and what waits for the next start.
#include "host/change/applied_config.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "support/check.h"

namespace berth::test {
namespace {

using host::AppliedConfig;
using host::HostConfig;
using host::HostOptions;

class AppliedConfigTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AppliedConfigTest);
    CPPUNIT_TEST(beginsWithWhatTheHostIsMadeFrom);
    CPPUNIT_TEST(countsWhatWasApplied);
    CPPUNIT_TEST(keepsTheControlPortUntilTheNextStart);
    CPPUNIT_TEST(keepsWhatTakesEffectAtTheNextStart);
    CPPUNIT_TEST_SUITE_END();

public:
    void beginsWithWhatTheHostIsMadeFrom() {
        const AppliedConfig applied(config("/etc/one.ini", 3));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, applied.generation());
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/one.ini"), applied.config().file.string());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, applied.config().control.maxConnections);
        // The services know their own.
        CPPUNIT_ASSERT(applied.config().services.empty());
    }

    void countsWhatWasApplied() {
        AppliedConfig applied(config("/etc/one.ini", 3));
        applied.replace(applied.after(config("/etc/two.ini", 3)));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, applied.generation());
        applied.replace(applied.after(config("/etc/three.ini", 3)));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, applied.generation());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, applied.generation());
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/three.ini"), applied.config().file.string());
        CPPUNIT_ASSERT(applied.config().services.empty());
    }

    void keepsTheControlPortUntilTheNextStart() {
        AppliedConfig applied(config("/etc/one.ini", 3));
        auto wanted = config("/etc/one.ini", 9);
        wanted.host.allowEmpty = true;
        wanted.readAt.tv_sec = 77;
        applied.replace(applied.after(wanted));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, applied.config().control.maxConnections);
        CPPUNIT_ASSERT(applied.config().host.allowEmpty);
        CHECK(applied.config().readAt.tv_sec == 77);
    }

    // Each key of [host] alone: those that say so are kept, and no other.
    void keepsWhatTakesEffectAtTheNextStart() {
        const auto& waiting = HostOptions::marks().atStart;
        const HostOptions inForce;
        const Schema<HostOptions> schema;
        for (const auto& field : schema.fields()) {
            const auto& key = field.description.key;
            auto wanted = config("/etc/one.ini", 3);
            wanted.host = otherThan(inForce, field);
            AppliedConfig applied(config("/etc/one.ini", 3));
            applied.replace(applied.after(wanted));
            const auto host = applied.config().host;
            const bool kept = field.format(&host) == field.format(&inForce);
            const bool marked = std::ranges::find(waiting, key) != waiting.end();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(key, marked, kept);
        }
    }

private:
    // With another value of that key.
    static HostOptions otherThan(const HostOptions& options, const SchemaBase::Field& field) {
        for (const auto* text : {"on", "off", "7", "7s", "128K", "json", "error", "elsewhere"}) {
            auto other = options;
            try {
                field.put(&other, {}, {text, "/etc"});
            } catch (const ValueError&) {
                continue;
            }
            if (field.format(&other) != field.format(&options)) return other;
        }
        throw std::logic_error("no other value for " + field.description.key);
    }

    static HostConfig config(const std::string& file, std::size_t controlConnections) {
        HostConfig config;
        config.file = file;
        config.control.maxConnections = controlConnections;
        config.services.emplace_back();
        return config;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AppliedConfigTest);

}  // namespace
}  // namespace berth::test
