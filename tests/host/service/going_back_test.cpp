// tests/host/service/going_back_test.cpp - putting a service object back: which one is draining.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>

#include "berth/testing/loopback_connection.h"
#include "host/log/log_system.h"
#include "host/service/local_service.h"
#include "support/check.h"
#include "support/fixture_plugin.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"

namespace berth::test {
namespace {

using DeploymentPtr = std::shared_ptr<host::Deployment>;

class GoingBackTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GoingBackTest);
    CPPUNIT_TEST(servesAgainWithoutDraining);
    CPPUNIT_TEST(leavesEverythingWhenAnotherOneServes);
    CPPUNIT_TEST(isRememberedWhileAChangeIsPrepared);
    CPPUNIT_TEST_SUITE_END();

public:
    void servesAgainWithoutDraining() {
        const auto before = deploy();
        const auto failed = deploy();
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*before));
        CPPUNIT_ASSERT(service_.rollBack(versionOf(failed), versionOf(before), "it failed"));
        CHECK(service_.version() == versionOf(before));
        CPPUNIT_ASSERT_EQUAL(std::string("no\n"), draining(*before));
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*failed));
        CPPUNIT_ASSERT(service_.rejects(failed->generation().identity()));
    }

    void leavesEverythingWhenAnotherOneServes() {
        const auto before = deploy();
        const auto failed = deploy();
        const auto other = deploy();
        CPPUNIT_ASSERT(!service_.rollBack(versionOf(failed), versionOf(before), "it failed"));
        CHECK(service_.version() == versionOf(other));
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*before));
        CPPUNIT_ASSERT_EQUAL(std::string("no\n"), draining(*other));
        CPPUNIT_ASSERT(!service_.rejects(failed->generation().identity()));
    }

    void isRememberedWhileAChangeIsPrepared() {
        const auto before = deploy();
        const auto failed = deploy();
        const auto parts = prepare();
        CPPUNIT_ASSERT(service_.rollBack(versionOf(failed), versionOf(before), "it failed"));
        parts->commit();
        const auto next = service_.version();
        CHECK(next != versionOf(before));
        CPPUNIT_ASSERT(service_.rollBack(next, versionOf(before), "it failed, too"));
        CHECK(service_.version() == versionOf(before));
    }

private:
    // New clients get it from here on.
    DeploymentPtr deploy() {
        prepare()->commit();
        return service_.core().deployment();
    }

    std::unique_ptr<host::PreparedService> prepare() {
        host::ServiceConfig config;
        config.name = "probe";
        const host::PluginKind plugin{catalog_.open(fixturePlugin("counter_probe")),
                                      "counter_probe"};
        auto parts =
            service_.prepare({config, std::make_shared<const host::ClientSetup>(config.options),
                              plugin, service_.version() == nullptr});
        parts->listenOn({});
        return parts;
    }

    // What the service object itself is told.
    static std::string draining(const host::Deployment& deployment) {
        testing::LoopbackConnection client;
        client.send("draining\n");
        client.finishSending();
        deployment.service().handle(client);
        return client.received();
    }

    TemporaryFolder folder_;
    host::LogSystem logs_{{}, std::make_unique<MemoryLogSink>(std::make_shared<LogMemory>())};
    host::HostResources resources_{
        logs_, std::make_shared<const host::InheritedSockets>(), {1, 65536}, {}, 0, 0};
    host::Catalog catalog_{host::StagingFolder(folder_ / "staged"), logs_.host()};
    host::LocalService service_{host::ServiceConfig(), resources_, catalog_.calls()};
};

CPPUNIT_TEST_SUITE_REGISTRATION(GoingBackTest);

}  // namespace
}  // namespace berth::test
