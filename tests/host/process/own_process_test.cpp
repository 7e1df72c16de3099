// tests/host/process/own_process_test.cpp - the process as operators change it.
#include "host/process/own_process.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include "host/log/log_system.h"
#include "support/check.h"
#include "support/memory_log_sink.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::OwnProcess;
using host::ProcessEvent;
using host::Shutdown;

class OwnProcessTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnProcessTest);
    CPPUNIT_TEST(setsTheLevelOfTheLog);
    CPPUNIT_TEST(tellsWhyALogCannotBeOpened);
    CPPUNIT_TEST(asksTheLoopForTheEnd);
    CPPUNIT_TEST(tellsThatAnotherProcessServes);
    CPPUNIT_TEST(refusesAnUpgradeToWhatIsNoProgram);
    CPPUNIT_TEST(hasNoProcessesBehindItAtFirst);
    CPPUNIT_TEST_SUITE_END();

public:
    void setsTheLevelOfTheLog() {
        own_->setLogLevel(LogLevel::Error);
        CHECK(own_->logLevel() == LogLevel::Error);
        CHECK(log_->level() == LogLevel::Error);
    }

    void tellsWhyALogCannotBeOpened() {
        host::HostOptions options;
        std::filesystem::create_directory(folder_ / "logs");
        options.log = folder_ / "logs/berth.log";
        CPPUNIT_ASSERT(changed([&] { log_->reconfigure(options); }));
        CPPUNIT_ASSERT(reopened().ok());
        std::filesystem::remove_all(folder_ / "logs");
        const auto result = reopened();
        CHECK(result.error == ChangeError::Failed);
        CPPUNIT_ASSERT_MESSAGE(result.text, result.text.find(options.log) != std::string::npos);
    }

    void asksTheLoopForTheEnd() {
        own_->requestShutdown(Shutdown::Drain);
        CHECK(events_->next().event == ProcessEvent::Terminate);
        own_->requestShutdown(Shutdown::Now);
        CHECK(events_->next().event == ProcessEvent::StopNow);
        own_->leave();
        CHECK(events_->next().event == ProcessEvent::HandedOver);
    }

    void tellsThatAnotherProcessServes() {
        CPPUNIT_ASSERT(!own_->handedOver());
        CPPUNIT_ASSERT(host_
                           ->handOver([](const auto&, const auto&) {
                               return ChangeResult::success("it serves");
                           })
                           .ok());
        CHECK(own_->handedOver()->error == ChangeError::Refused);
    }

    void refusesAnUpgradeToWhatIsNoProgram() {
        CPPUNIT_ASSERT(!own_->upgrade(folder_ / "none").ok());
        CPPUNIT_ASSERT(!upgrade_->done());
        CPPUNIT_ASSERT(!own_->handedOver());
    }

    void hasNoProcessesBehindItAtFirst() {
        CPPUNIT_ASSERT(own_->oldProcesses().empty());
        CPPUNIT_ASSERT(own_->oldConnections({}).empty());
        CPPUNIT_ASSERT(!own_->killOld(1));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, own_->killOldService("echo"));
    }

    void setUp() override {
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
        events_.emplace();
        host::HostConfig config;
        config.host.state = folder_ / "state";
        log_.emplace(config.host, std::make_unique<MemoryLogSink>(std::make_shared<LogMemory>()));
        host_ = std::make_unique<host::Host>(config, *log_);
        predecessors_.emplace(log_->host());
        upgrade_.emplace(host::ProgramStart(), *host_,
                         std::make_shared<const host::InheritedSockets>(), *predecessors_);
        own_.emplace(*host_, *log_, *events_, *upgrade_, *predecessors_);
    }
    void tearDown() override {
        own_.reset();
        upgrade_.reset();
        predecessors_.reset();
        host_.reset();
        log_.reset();
        events_.reset();
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

private:
    // The answer once the log's writer came round to it.
    [[nodiscard]] ChangeResult reopened() {
        ChangeResult result;
        CHECK(waitUntil([&] {
            result = own_->reopenLogs();
            return !contains(result.text, "the log is stuck");
        }));
        return result;
    }

    const TemporaryFolder folder_;
    sigset_t mask_{};
    std::optional<host::SignalEvents> events_;
    std::optional<host::LogSystem> log_;
    std::unique_ptr<host::Host> host_;
    std::optional<host::Predecessors> predecessors_;
    std::optional<host::Upgrade> upgrade_;
    std::optional<OwnProcess> own_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(OwnProcessTest);

}  // namespace
}  // namespace berth::test
