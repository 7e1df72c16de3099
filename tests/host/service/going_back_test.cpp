// tests/host/service/going_back_test.cpp - putting a service object back: which one is draining.
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <memory>
#include <string>

#include "berth/testing/loopback_connection.h"
#include "host/log/log_system.h"
#include "host/service/running_service.h"
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
    CPPUNIT_TEST_SUITE_END();

public:
    void servesAgainWithoutDraining() {
        service_.core().deploy(before_);
        service_.core().deploy(failed_);
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*before_));
        CPPUNIT_ASSERT(service_.goBack(failed_, before_, "it failed"));
        CPPUNIT_ASSERT(service_.core().deployment() == before_);
        CPPUNIT_ASSERT_EQUAL(std::string("no\n"), draining(*before_));
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*failed_));
    }

    void leavesEverythingWhenAnotherOneServes() {
        const auto other = deployment();
        service_.core().deploy(before_);
        service_.core().deploy(failed_);
        service_.core().deploy(other);
        CPPUNIT_ASSERT(!service_.goBack(failed_, before_, "it failed"));
        CPPUNIT_ASSERT(service_.core().deployment() == other);
        CPPUNIT_ASSERT_EQUAL(std::string("yes\n"), draining(*before_));
        CPPUNIT_ASSERT_EQUAL(std::string("no\n"), draining(*other));
        CPPUNIT_ASSERT(!service_.rejects(fixturePlugin("counter_probe")));
    }

private:
    DeploymentPtr deployment() {
        return std::make_shared<host::Deployment>(
            ++number_,
            host::PluginKind{catalog_.open(fixturePlugin("counter_probe")), "counter_probe"},
            std::vector<SettingValue>{},
            std::make_unique<host::ServiceContext>("probe", logs_.open("probe"),
                                                   service_.core().metrics()));
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
    host::RunningService service_{host::ServiceConfig(), resources_};
    std::uint64_t number_ = 0;
    DeploymentPtr before_ = deployment();
    DeploymentPtr failed_ = deployment();
};

CPPUNIT_TEST_SUITE_REGISTRATION(GoingBackTest);

}  // namespace
}  // namespace berth::test
