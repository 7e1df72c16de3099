// tests/host/change/canary_watch_test.cpp - a new version is trusted, or goes, by its first
// clients.
#include "host/change/canary_watch.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "host/change/host_parts.h"
#include "support/check.h"

namespace berth::test {
namespace {

using host::Canary;
using host::CanaryWatch;
using host::ServiceOptions;

class CanaryWatchTest : public ChangeFixture {
    CPPUNIT_TEST_SUITE(CanaryWatchTest);
    CPPUNIT_TEST(goesBackAfterTooManyFailures);
    CPPUNIT_TEST(bearsAsManyFailuresAsItMay);
    CPPUNIT_TEST(passesAfterEnoughGoodEnds);
    CPPUNIT_TEST(passesWithTime);
    CPPUNIT_TEST(watchesSeveralServices);
    CPPUNIT_TEST(givesThePreviousVersionWhenItEnds);
    CPPUNIT_TEST(leavesWhatAChangePutInPlace);
    CPPUNIT_TEST(keepsTheMarkAsLongAsItWatches);
    CPPUNIT_TEST_SUITE_END();

public:
    void goesBackAfterTooManyFailures() {
        const auto service = begin("a", connections(100));
        for (int i = 0; i < 3; ++i) canary(*service).noteEnd(true);
        CPPUNIT_ASSERT(waitUntil([&] { return parts_->rolledBack.count("a: 1") == 1; }));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, service->version()->number);
        const std::string why =
            "3 of 3 handlers failed during probation of answers 1.0.0, generation 2";
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->calls->count("a: rollBack, " + why));
        CPPUNIT_ASSERT(parts_->logs("a: went back to answers 1.0.0, generation 1: " + why));
        CPPUNIT_ASSERT(!parts_->canaries.end(*service));
    }

    void bearsAsManyFailuresAsItMay() {
        const auto service = begin("a", connections(4));
        for (const bool failed : {true, false, true, false}) canary(*service).noteEnd(failed);
        CPPUNIT_ASSERT(
            parts_->logs("a: answers 1.0.0, generation 2 passed its probation, 2 of 4 "
                         "handlers failed"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, service->version()->number);
    }

    void passesAfterEnoughGoodEnds() {
        const auto service = begin("a", connections(2));
        canary(*service).noteEnd(false);
        CHECK(canary(*service).state() == Canary::State::Open);
        canary(*service).noteEnd(false);
        CPPUNIT_ASSERT(parts_->logs("passed its probation"));
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, service->version()->number);
        CPPUNIT_ASSERT(!parts_->canaries.end(*service));  // it is trusted
        CPPUNIT_ASSERT(parts_->rolledBack.all().empty());
    }

    void passesWithTime() {
        ServiceOptions options;
        options.probation.time = std::chrono::milliseconds(1);
        const auto service = begin("a", options);
        CPPUNIT_ASSERT(parts_->logs("passed its probation, 0 of 0 handlers failed"));
        CHECK(canary(*service).state() == Canary::State::Passed);
    }

    void watchesSeveralServices() {
        const auto good = begin("good", connections(1));
        const auto bad = begin("bad", connections(1, 0));
        const auto open = begin("open", connections(1));
        canary(*good).noteEnd(false);
        canary(*bad).noteEnd(true);
        CPPUNIT_ASSERT(waitUntil([&] { return parts_->rolledBack.count("bad: 1") == 1; }));
        CPPUNIT_ASSERT(parts_->logs("good: answers 1.0.0, generation 2 passed"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->rolledBack.all().size());
        CPPUNIT_ASSERT(parts_->canaries.end(*open));
    }

    void givesThePreviousVersionWhenItEnds() {
        const auto service = begin("a", connections(1));
        const auto canary = service->now().canary;
        const auto previous = parts_->canaries.end(*service);
        CPPUNIT_ASSERT(previous);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, previous->version->number);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), previous->config.name);
        CHECK(canary->state() == Canary::State::GivenUp);
        CPPUNIT_ASSERT(!parts_->canaries.end(*service));
        canary->noteEnd(false);
        CHECK(canary->state() == Canary::State::GivenUp);
    }

    void leavesWhatAChangePutInPlace() {
        const auto replaced = begin("replaced", connections(1, 0));
        const auto later = begin("later", connections(1, 0));
        const auto third = parts_->version(3, "good");
        replaced->change([&](FakeState& state) { state.version = third; });
        canary(*replaced).noteEnd(true);
        CPPUNIT_ASSERT(waitUntil([&] { return replaced.use_count() == 2; }));  // no longer watched
        canary(*later).noteEnd(true);
        CPPUNIT_ASSERT(waitUntil([&] { return parts_->rolledBack.count("later: 1") == 1; }));
        CHECK(replaced->version() == third);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parts_->rolledBack.all().size());
    }

    void keepsTheMarkAsLongAsItWatches() {
        const auto before = parts_->version(1, "answers_one");
        const auto after = parts_->version(2, "answers_two");
        const auto staging = after->generation->stagedPath().parent_path();
        const auto filesBefore = filesIn(staging);
        auto mark = std::make_unique<host::ProbationMark>(staging, "a", *after->generation,
                                                          *before->generation);
        CHECK(filesIn(staging) > filesBefore);
        const auto service = begin("a", connections(1), std::move(mark));
        CHECK(filesIn(staging) > filesBefore);
        canary(*service).noteEnd(false);
        CPPUNIT_ASSERT(waitUntil([&] { return filesIn(staging) == filesBefore; }));
    }

private:
    static ServiceOptions connections(std::uint64_t connections, std::uint64_t failures = 2) {
        ServiceOptions options;
        options.probation.connections = connections;
        options.probationFailures = failures;
        return options;
    }
    static Canary& canary(const FakeService& service) { return *service.now().canary; }
    // Regular files below the folder.
    static std::size_t filesIn(const std::filesystem::path& folder) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            count += entry.is_regular_file() ? 1 : 0;
        }
        return count;
    }
    // Version 2, with version 1 to go back to.
    std::shared_ptr<FakeService> begin(const std::string& name, const ServiceOptions& options,
                                       std::unique_ptr<host::ProbationMark> mark = nullptr) {
        const auto service = parts_->fake(serviceConfig(name));
        CanaryWatch::Previous previous{parts_->version(1, "answers_one"), service->config()};
        service->change(
            [&](FakeState& state) { state.prepared = parts_->version(2, "answers_two"); });
        const auto prepared = service->prepare({service->config(), nullptr, {}, false});
        parts_->canaries.begin(parts_->canaries.prepare(service, options), *prepared,
                               std::move(previous), std::move(mark));
        prepared->listenOn({});
        prepared->commit();
        service->change([](FakeState& state) { state.prepared.reset(); });
        return service;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CanaryWatchTest);

}  // namespace
}  // namespace berth::test
