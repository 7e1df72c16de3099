// tests/host/process/process_loop_test.cpp - events handled until the host is drained.
#include "host/process/process_loop.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/host.h"
#include "host/log/log_system.h"
#include "host/process/signal_events.h"
#include "support/fixture_plugin.h"
#include "support/memory_log_sink.h"
#include "support/service_manager.h"
#include "support/tcp_client.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

namespace berth::test {
namespace {

using host::ChangeError;
using host::ChangeResult;
using host::ProcessEvent;
using host::ProcessLoop;

class ProcessLoopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProcessLoopTest);
    CPPUNIT_TEST(announcesWhatListens);
    CPPUNIT_TEST(drainsAtTerm);
    CPPUNIT_TEST(cutsAtTheSecondTerm);
    CPPUNIT_TEST(cutsAtOnceWhenAsked);
    CPPUNIT_TEST(reloadsAndTellsHowItWent);
    CPPUNIT_TEST(joinsReloadsThatWait);
    CPPUNIT_TEST(reopensLogs);
    CPPUNIT_TEST(goesOnAfterAnUpgradeThatFailed);
    CPPUNIT_TEST(endsBehindTheProcessThatTookOver);
    CPPUNIT_TEST(letsChangedFilesTakeEffect);
    CPPUNIT_TEST_SUITE_END();

public:
    void announcesWhatListens() {
        host::ListenAddress control;
        control.host = "127.0.0.1";
        control.port = 7400;
        loop_->announce({control});
        CPPUNIT_ASSERT(logs("echo listens on 127.0.0.1:" + std::to_string(port())));
        CPPUNIT_ASSERT(logs("control port listens on 127.0.0.1:7400"));
        CPPUNIT_ASSERT(logs("is ready with 1 service"));
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1\nSTATUS=1 service"), manager_->receive());
        end();
    }

    void drainsAtTerm() {
        auto client = connected();
        begin();
        events_->post(ProcessEvent::Terminate);
        CPPUNIT_ASSERT(logs("draining"));
        client.finishSending();  // and nobody cuts it
        CPPUNIT_ASSERT(ended_.get());
        CPPUNIT_ASSERT(logs("stopped"));
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), manager_->receive());
        CPPUNIT_ASSERT_EQUAL(1, canceled_.load());
    }

    void cutsAtTheSecondTerm() {
        auto client = connected();
        begin();
        events_->post(ProcessEvent::Terminate);
        CPPUNIT_ASSERT(logs("draining"));
        events_->post(ProcessEvent::Terminate);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT(ended_.get());
    }

    void cutsAtOnceWhenAsked() {
        auto client = connected();
        begin();
        events_->post(ProcessEvent::StopNow);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT(ended_.get());
        CPPUNIT_ASSERT(logs("stopping at once"));
    }

    void reloadsAndTellsHowItWent() {
        begin();
        write("greeting = hello\n");
        events_->post(ProcessEvent::Reload);
        CPPUNIT_ASSERT(logs("reload: applied, generation 2"));
        CPPUNIT_ASSERT(logs("reload: change echo: restart for greeting"));
        CPPUNIT_ASSERT(waitUntil([this] { return manager_->receive() == "READY=1"; }));
        write("greting = typo\n");
        events_->post(ProcessEvent::Reload);
        CPPUNIT_ASSERT(logs("reload refused: 1 error in the configuration"));
        end();
    }

    void joinsReloadsThatWait() {
        begin();
        std::promise<void> begun;
        std::promise<void> go;
        upgrade_ = [&] {
            begun.set_value();
            go.get_future().get();
            return ChangeResult::failure(ChangeError::Failed, "no binary");
        };
        events_->post(ProcessEvent::Upgrade);  // holds up what comes behind
        begun.get_future().get();
        for (int i = 0; i < 5; ++i) events_->post(ProcessEvent::Reload);
        CPPUNIT_ASSERT(reopensLogsWhenAsked());  // answered at once all the same
        go.set_value();
        CPPUNIT_ASSERT(logs("reload: nothing to change"));
        end();
        CPPUNIT_ASSERT(flushed(*log_));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, memory_->count("reload"));
    }

    void reopensLogs() {
        begin();
        CPPUNIT_ASSERT(reopensLogsWhenAsked());
        end();
    }

    void goesOnAfterAnUpgradeThatFailed() {
        begin();
        events_->post(ProcessEvent::Upgrade);
        CPPUNIT_ASSERT(logs("upgrade refused: no binary"));
        CPPUNIT_ASSERT_EQUAL(std::string("first"), TcpClient(port()).receiveExactly(5));
        upgrade_ = []() -> ChangeResult { throw std::runtime_error("out of memory"); };
        events_->post(ProcessEvent::Upgrade);
        CPPUNIT_ASSERT(logs("upgrade refused: out of memory"));
        end();
    }

    void endsBehindTheProcessThatTookOver() {
        auto client = connected();
        begin();
        upgrade_ = [this] {
            const auto result = host_->handOver([](const auto& listeners, const auto&) {
                for (const auto& each : listeners) each.listener->socket().accepting().hold();
                return ChangeResult::success("another process serves");
            });
            upgraded_ = result.ok();
            return result;
        };
        events_->post(ProcessEvent::Upgrade);
        CPPUNIT_ASSERT(logs("draining behind the new process"));
        events_->post(ProcessEvent::Reload);  // nobody changes this process any more
        events_->post(ProcessEvent::Terminate);
        CPPUNIT_ASSERT_EQUAL(std::string(), client.receiveAll());
        CPPUNIT_ASSERT(ended_.get());
        CPPUNIT_ASSERT(flushed(*log_));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, memory_->count("reload"));
    }

    void letsChangedFilesTakeEffect() {
        loop_->watchFiles();
        begin();
        write("greeting = hello\n");
        CPPUNIT_ASSERT(logs("watch: "));
        CPPUNIT_ASSERT(logs("applied, generation 2"));
        end();
    }

    void setUp() override {
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
        manager_ = std::make_unique<ServiceManager>((folder_ / "notify").string());
        memory_ = std::make_shared<LogMemory>();
        events_.emplace();
        write({});
        const auto read = host::loadHostConfig(folder_ / "berth.ini");
        CPPUNIT_ASSERT(read.good());
        log_.emplace(read.config.host, std::make_unique<MemoryLogSink>(memory_));
        host_ = std::make_unique<host::Host>(read.config, *log_);
        const auto result = host_->apply(read.config);
        CPPUNIT_ASSERT_MESSAGE(result.text, result.ok());
        upgrade_ = [] { return ChangeResult::failure(ChangeError::Failed, "no binary"); };
        upgraded_ = false;
        canceled_ = 0;
        loop_.emplace(*host_, *log_, *events_,
                      host::UpgradeActions{.run = [this] { return upgrade_(); },
                                           .cancel = [this] { ++canceled_; },
                                           .done = [this] { return upgraded_.load(); }});
    }
    void tearDown() override {
        if (ended_.valid()) end();  // the test failed
        loop_.reset();
        host_.reset();
        log_.reset();
        events_.reset();
        manager_.reset();
        std::filesystem::remove(folder_ / "notify");
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

private:
    void write(const std::string& settings) {
        folder_.write("berth.ini",
                      "[host]\nstate = state\nloops = 1\nwatch = on\n[service:echo]\n"
                      "plugin = " +
                          fixturePlugin("good").string() + "\nlisten = 0\ndrain_timeout = 10m\n" +
                          settings);
    }
    void begin() {
        ended_ = std::async(std::launch::async, [this] { return loop_->run(); });
    }
    // Ends the loop, and waits for that.
    void end() {
        if (!ended_.valid()) begin();
        events_->post(ProcessEvent::StopNow);
        CPPUNIT_ASSERT(ended_.get());
    }
    [[nodiscard]] std::uint16_t port() const {
        return host_->listeners().at(0).listener->bound().port;
    }
    // A client whose handler runs.
    [[nodiscard]] TcpClient connected() const {
        TcpClient client(port());
        CPPUNIT_ASSERT_EQUAL(std::string("first"), client.receiveExactly(5));
        return client;
    }
    [[nodiscard]] bool logs(std::string_view text, std::chrono::milliseconds limit = kPatience) {
        return waitUntil([&] { return log_->flush() && memory_->count(text) != 0; }, limit);
    }
    // Asks again after a while: a request waits for the log's writer for two seconds only.
    [[nodiscard]] bool reopensLogsWhenAsked() {
        return waitUntil([this] {
            events_->post(ProcessEvent::ReopenLogs);
            return logs("logs reopened", std::chrono::seconds(4));
        });
    }

    const TemporaryFolder folder_;
    sigset_t mask_{};
    std::unique_ptr<ServiceManager> manager_;
    std::shared_ptr<LogMemory> memory_;
    std::optional<host::SignalEvents> events_;
    std::optional<host::LogSystem> log_;
    std::unique_ptr<host::Host> host_;
    std::function<ChangeResult()> upgrade_;
    std::atomic<bool> upgraded_{false};
    std::atomic<int> canceled_{0};
    std::optional<ProcessLoop> loop_;
    std::future<bool> ended_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProcessLoopTest);

}  // namespace
}  // namespace berth::test
