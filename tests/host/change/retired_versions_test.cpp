// tests/host/change/retired_versions_test.cpp - clients of replaced versions finish, or are cut.
#include "host/change/retired_versions.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <string>

#include "host/change/host_parts.h"

namespace berth::test {
namespace {

using Clock = host::RetiredVersions::Clock;
using std::chrono::hours;

class RetiredVersionsTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(RetiredVersionsTest);
    CPPUNIT_TEST(cutsAtTheDeadline);
    CPPUNIT_TEST(leavesClientsUntilTheirDeadline);
    CPPUNIT_TEST(leavesAloneWhatServesAgain);
    CPPUNIT_TEST(forgetsWhatIsGone);
    CPPUNIT_TEST(tellsOnceOfHandlersThatDoNotEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void cutsAtTheDeadline() {
        const auto service = withOldClients("a");
        retire(service, Clock::now());
        CPPUNIT_ASSERT(waitForCut("a"));
        CPPUNIT_ASSERT(
            parts_->logs("a: cut 2 connections of an old service object at the end of its time"));
    }

    void leavesClientsUntilTheirDeadline() {
        const auto patient = withOldClients("patient");
        retire(patient, Clock::now() + hours(1));
        // A nearer deadline wakes it, and the one behind that shows that it looked.
        retire(withOldClients("b"), Clock::now());
        CPPUNIT_ASSERT(waitForCut("b"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, cutsOf("patient"));
    }

    void leavesAloneWhatServesAgain() {
        const auto again = withOldClients("again");
        again->change([this](FakeState& state) { state.version = old_; });
        retire(again, Clock::now());
        retire(withOldClients("b"), Clock::now());
        CPPUNIT_ASSERT(waitForCut("b"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, cutsOf("again"));
        CPPUNIT_ASSERT(waitUntil([&] { return again.use_count() == 2; }));  // it is done with
    }

    void forgetsWhatIsGone() {
        const auto service = withOldClients("a");
        parts_->retired.add(parts_->retired.prepare(service), {}, Clock::now());
        CPPUNIT_ASSERT(waitUntil([&] { return service.use_count() == 2; }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, cutsOf("a"));
    }

    void tellsOnceOfHandlersThatDoNotEnd() {
        const auto service = withOldClients("a");
        retire(service, Clock::now());
        // Each kCutGrace anew.
        CPPUNIT_ASSERT(waitUntil([&] { return cutsOf("a") >= 3; }, 4 * host::kCutGrace));
        CPPUNIT_ASSERT(
            parts_->logs("2 connections of an old service object do not end; its plugin "
                         "stays loaded"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->memory->count("do not end"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->memory->count("at the end of its time"));
        old_.reset();
        CPPUNIT_ASSERT(waitUntil([&] { return service.use_count() == 2; }));
    }

    void setUp() override {
        ChangeFixture::setUp();
        old_ = parts_->version(1, "answers_one");
    }
    void tearDown() override {
        old_.reset();
        ChangeFixture::tearDown();
    }

private:
    // It serves another version by now.
    std::shared_ptr<FakeService> withOldClients(const std::string& name) {
        auto service = parts_->fake(serviceConfig(name));
        service->change([this](FakeState& state) {
            state.version = parts_->version(2, "answers_two");
            state.openOn[1] = 2;
        });
        return service;
    }
    void retire(const std::shared_ptr<FakeService>& service, Clock::time_point deadline) {
        parts_->retired.add(parts_->retired.prepare(service), old_, deadline);
    }
    [[nodiscard]] std::size_t cutsOf(const std::string& service) const {
        return parts_->calls->count(service + ": cutVersion 1, drained");
    }
    // It may be cut again when some time has passed.
    [[nodiscard]] bool waitForCut(const std::string& service) const {
        return waitUntil([&] { return cutsOf(service) >= 1; });
    }

    host::DeployedVersionPtr old_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RetiredVersionsTest);

}  // namespace
}  // namespace berth::test
