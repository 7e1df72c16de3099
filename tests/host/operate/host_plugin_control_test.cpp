// tests/host/operate/host_plugin_control_test.cpp - plugins changed by an operator: what a whole
// host (host_test) does not show.
#include "host/operate/host_plugin_control.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::HostPluginControl;

class HostPluginControlTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(HostPluginControlTest);
    CPPUNIT_TEST(refusesChangesAtTheEnd);
    CPPUNIT_TEST(triesARejectedFileAgain);
    CPPUNIT_TEST(holdsWhatItHeldWhenTheChangeFails);
    CPPUNIT_TEST(holdsNothingWhenTheFirstChangeFails);
    CPPUNIT_TEST_SUITE_END();

public:
    void refusesChangesAtTheEnd() {
        parts_->turns.end();
        CHECK(control().load(fixturePlugin("good"), {}).error == ChangeError::Refused);
        CHECK(control().unload("good").error == ChangeError::Refused);
        CPPUNIT_ASSERT(parts_->catalog.list().empty());
    }

    void triesARejectedFileAgain() {
        const auto service = parts_->fake(serviceConfig("a"));
        parts_->services.setOrder({"a"});
        const auto file = fixturePlugin("answers_one");
        const auto other = host::identityOf(fixturePlugin("answers_two")).value();
        service->change([&](FakeState& state) {
            state.rejected = {host::identityOf(file).value(), other};
        });
        const auto result = control().load(file, {});
        CPPUNIT_ASSERT_EQUAL(std::string("loaded answers"), result.text);
        CHECK(service->now().rejected == std::vector{other});
        CPPUNIT_ASSERT(parts_->catalog.held("answers"));
    }

    void holdsWhatItHeldWhenTheChangeFails() {
        const auto before = parts_->catalog.open(fixturePlugin("answers_one"));
        parts_->catalog.hold(before);
        breakTheConfiguration();
        CHECK(control().load(fixturePlugin("answers_two"), {}).error == ChangeError::BadConfig);
        CHECK(parts_->catalog.held("answers") == before);
    }

    void holdsNothingWhenTheFirstChangeFails() {
        breakTheConfiguration();
        CPPUNIT_ASSERT(!control().load(fixturePlugin("answers_two"), {}).ok());
        CPPUNIT_ASSERT(!parts_->catalog.held("answers"));
    }

private:
    [[nodiscard]] HostPluginControl control() {
        return {parts_->turns, parts_->catalog, parts_->services, parts_->reconciler};
    }
    void breakTheConfiguration() {
        auto config = serviceConfig("a");
        addSetting(config, "nonsense", "1");
        parts_->fake(config);
        parts_->services.setOrder({"a"});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostPluginControlTest);

}  // namespace
}  // namespace berth::test
