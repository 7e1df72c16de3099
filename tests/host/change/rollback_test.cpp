// tests/host/change/rollback_test.cpp - what is told and held after new clients went back.
#include "host/change/rollback.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::Rollback;
using host::ServiceConfig;

class RollbackTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(RollbackTest);
    CPPUNIT_TEST(tellsThePreviousPluginAndItsSettings);
    CPPUNIT_TEST(letsClientsOfTheFailedOneFinish);
    CPPUNIT_TEST(leavesWhatAChangePutInPlace);
    CPPUNIT_TEST(letsGoOfAFailedFileWhenTheFoldersHaveThePreviousOne);
    CPPUNIT_TEST(holdsAPreviousFileThatNoFolderHas);
    CPPUNIT_TEST(holdsNothingThatWasNotHeld);
    CPPUNIT_TEST_SUITE_END();

public:
    void tellsThePreviousPluginAndItsSettings() {
        auto now = service_->config();
        now.options.plugin = fixturePlugin("answers_two");
        now.options.maxConnections = 7;
        addSetting(now, "key", "new");
        service_->change([&](FakeState& state) { state.config = now; });
        auto previous = previousConfig("answers_one");
        addSetting(previous, "key", "old");
        finish(previous);
        const auto told = service_->config();
        CPPUNIT_ASSERT_EQUAL(previous.options.plugin, told.options.plugin);
        CPPUNIT_ASSERT_EQUAL(std::string("old"), told.settings.at(0).text);
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, told.options.maxConnections);
    }

    void letsClientsOfTheFailedOneFinish() {
        auto config = service_->config();
        config.options.drainTimeout = std::chrono::milliseconds(0);
        service_->change([&](FakeState& state) {
            state.config = config;
            state.openOn[2] = 3;
        });
        finish(previousConfig("answers_one"));
        CPPUNIT_ASSERT(parts_->logs("a: cut 3 connections of an old service object"));
    }

    // While it waited for its turn.
    void leavesWhatAChangePutInPlace() {
        const auto third = parts_->version(3, "good");
        std::future<void> finished;
        {
            const auto change = parts_->turns.take();
            finished =
                std::async(std::launch::async, [this] { finish(previousConfig("answers_one")); });
            service_->change([&](FakeState& state) {
                state.version = third;
                state.config.options.plugin = "third";
            });
        }
        finished.get();
        CPPUNIT_ASSERT_EQUAL(std::string("third"), service_->config().options.plugin);
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, parts_->calls->count("a: replaceConfig"));
    }

    void letsGoOfAFailedFileWhenTheFoldersHaveThePreviousOne() {
        parts_->catalog.hold(failed_->generation);
        finish(previousConfig("answers_one"));
        CPPUNIT_ASSERT(!parts_->catalog.held("answers"));
    }

    void holdsAPreviousFileThatNoFolderHas() {
        parts_->catalog.hold(failed_->generation);
        auto byKind = previousConfig("answers_one");
        byKind.options.plugin = "answers";
        finish(byKind);
        CHECK(parts_->catalog.held("answers") == before_->generation);
    }

    void holdsNothingThatWasNotHeld() {
        auto byKind = previousConfig("answers_one");
        byKind.options.plugin = "answers";
        finish(byKind);
        CPPUNIT_ASSERT(!parts_->catalog.held("answers"));
    }

    void setUp() override {
        ChangeFixture::setUp();
        before_ = parts_->version(1, "answers_one");
        failed_ = parts_->version(2, "answers_two");
        service_ = parts_->fake(serviceConfig("a"));
        service_->change([this](FakeState& state) { state.version = before_; });
    }
    void tearDown() override {
        service_.reset();
        failed_.reset();
        before_.reset();
        ChangeFixture::tearDown();
    }

private:
    static ServiceConfig previousConfig(const std::string& fixture) {
        auto config = serviceConfig("a");
        config.options.plugin = fixturePlugin(fixture);
        return config;
    }
    void finish(const ServiceConfig& previous) {
        Rollback(parts_->turns, parts_->catalog, parts_->applied, parts_->retired)
            .finish(service_, failed_, {before_, previous});
    }

    host::DeployedVersionPtr before_;
    host::DeployedVersionPtr failed_;
    std::shared_ptr<FakeService> service_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RollbackTest);

}  // namespace
}  // namespace berth::test
