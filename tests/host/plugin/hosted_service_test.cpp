// tests/host/plugin/hosted_service_test.cpp - making, stopping and destroying a plugin's service.
#include "host/plugin/hosted_service.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "berth/testing/test_context.h"
#include "host/plugin/mapped_images.h"
#include "plugin_test_support.h"
#include "support/check.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using host::Generation;
using host::HostedService;

class HostedServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HostedServiceTest);
    CPPUNIT_TEST(servesWithItsSettings);
    CPPUNIT_TEST(usesAllThatTheContextOffers);
    CPPUNIT_TEST(holdsItsGenerationUntilItIsGone);
    CPPUNIT_TEST(isListedByItsGeneration);
    CPPUNIT_TEST(stopsOnceAndBeforeItIsDestroyed);
    CPPUNIT_TEST(turnsAnExceptionOfTheConstructorIntoOneLine);
    CPPUNIT_TEST(turnsAnythingThrownIntoOneLine);
    CPPUNIT_TEST(reportsAWrongSetting);
    CPPUNIT_TEST(reportsAnExceptionOfStop);
    CPPUNIT_TEST(logsAnExceptionOfStopWhenDestroyed);
    CPPUNIT_TEST(tellsWhereItsHandlersMayRun);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesWithItsSettings() {
        const HostedService service(load("good"), "good", {{"greeting", "hello", "/"}}, context_);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), answerOf(service));
    }

    void usesAllThatTheContextOffers() {
        const HostedService service(load("counter_probe"), "counter_probe", {}, context_);
        testing::LoopbackConnection client;
        client.send("name\nblocking\nthrow\ndraining\n");
        client.finishSending();
        service.service().handle(client);
        CPPUNIT_ASSERT_EQUAL(std::string("shop\n42\nthrown while blocking\nno\n"),
                             client.received());
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, context_.counter("lines", "").value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, context_.gauge("open_probes", "").value());
    }

    void holdsItsGenerationUntilItIsGone() {
        auto generation = load("good");
        const auto copy = generation->stagedPath();
        std::optional<HostedService> service;
        service.emplace(generation, "good", std::vector<SettingValue>(), context_);
        generation.reset();
        CPPUNIT_ASSERT_EQUAL(std::string("first"), answerOf(*service));
        CPPUNIT_ASSERT(host::isMapped(copy));
        service.reset();
        CPPUNIT_ASSERT(!host::isMapped(copy));
    }

    void isListedByItsGeneration() {
        const auto generation = load("good");
        {
            const HostedService service(generation, "good", {}, context_);
            const HostedService successor(generation, "good", {}, context_);
            CHECK(std::vector<std::string>{"shop"} == generation->services());
        }
        CHECK(isEmpty(generation->services()));
    }

    void stopsOnceAndBeforeItIsDestroyed() {
        {
            HostedService service(load("counter_probe"), "counter_probe", {}, context_);
            service.stop();
            service.stop();
        }
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, logged("information: counter_probe is stopped"));
        { const HostedService service(load("counter_probe"), "counter_probe", {}, context_); }
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, logged("information: counter_probe is stopped"));
    }

    void turnsAnExceptionOfTheConstructorIntoOneLine() {
        const auto generation = load("throws_in_create");
        CPPUNIT_ASSERT_EQUAL("service \"shop\" cannot be made by " +
                                 fixturePlugin("throws_in_create").string() + ": no such  device",
                             creationError(generation, "throws_in_create",
                                           {{"message", "no such\r\ndevice\n", "/"}}));
        CHECK(isEmpty(generation->services()));
    }

    void turnsAnythingThrownIntoOneLine() {
        CPPUNIT_ASSERT_EQUAL("service \"shop\" cannot be made by " +
                                 fixturePlugin("throws_non_std").string() +
                                 ": an exception that is no std::exception",
                             creationError(load("throws_non_std"), "throws_non_std", {}));
    }

    void reportsAWrongSetting() {
        const auto error = creationError(load("good"), "good", {{"colour", "red", "/"}});
        CHECK(contains(error, "colour"));
    }

    void reportsAnExceptionOfStop() {
        HostedService service(load("throws_in_stop"), "throws_in_stop", {}, context_);
        CPPUNIT_ASSERT_EQUAL(
            std::string("service \"shop\" did not stop cleanly: cannot be stopped"),
            pluginError([&] { service.stop(); }));
        service.stop();
    }

    void logsAnExceptionOfStopWhenDestroyed() {
        { const HostedService service(load("throws_in_stop"), "throws_in_stop", {}, context_); }
        CPPUNIT_ASSERT_EQUAL(
            std::ptrdiff_t{1},
            logged("error: service \"shop\" did not stop cleanly: cannot be stopped"));
    }

    void tellsWhereItsHandlersMayRun() {
        const HostedService any(load("good"), "good", {}, context_);
        CHECK(any.execution() == abi::Execution::Any);
        const HostedService threads(load("threads_only"), "threads_only", {}, context_);
        CHECK(threads.execution() == abi::Execution::ThreadsOnly);
    }

private:
    [[nodiscard]] std::shared_ptr<Generation> load(const std::string& fixture) const {
        return std::make_shared<Generation>(host::loadPlugin(fixturePlugin(fixture), staging_), 1,
                                            host::UnloadObserver());
    }

    std::string creationError(const std::shared_ptr<Generation>& generation,
                              const std::string& kind, const std::vector<SettingValue>& values) {
        return pluginError([&] { HostedService refused(generation, kind, values, context_); });
    }

    [[nodiscard]] std::ptrdiff_t logged(const std::string& line) const {
        return std::ranges::count(context_.logLines(), line);
    }

    TemporaryFolder folder_;
    testing::TestContext context_{"shop"};
    const host::StagingFolder staging_{folder_ / "plugins"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(HostedServiceTest);

}  // namespace
}  // namespace berth::test
