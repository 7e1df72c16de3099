// kit/engine_suite.cpp
#include "kit/engine_suite.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "kit/client_steps.h"
#include "kit/handler_watch.h"
#include "kit/leaks.h"

namespace berth::kit {
namespace {

constexpr std::size_t kMostExchanges = 300;
constexpr std::size_t kThreadsOfChance = 4;  // a pool may grow by a few while nothing leaks
constexpr std::chrono::seconds kExchangesLimit{20};

// The steps before and behind those of the clients. Those with one client that stays come first:
// what they find would be taken for something else later.
constexpr std::size_t kStart = 0;
constexpr std::size_t kBesideSilent = 1;
constexpr std::size_t kBesideDeaf = 2;
constexpr std::size_t kCutIdle = 3;
constexpr std::size_t kCutWriting = 4;
constexpr std::size_t kClients = 5;
const std::size_t kMany = kClients + clientSteps().size();
const std::size_t kEnd = kMany + 1;

class EngineTest {
public:
    EngineTest(const TestPlan& plan, EngineChoice choice, Reporter& reporter)
        : plan_(plan), reporter_(reporter), loader_(plan, reporter), choice_(choice) {}

    void run(std::size_t from) {
        if (from == kStart) reporter_.step(kStart);
        start();
        if (from <= kBesideSilent) beside(kBesideSilent, staySilent);
        if (from <= kBesideDeaf) beside(kBesideDeaf, stayDeaf);
        if (from <= kCutIdle) cut(kCutIdle, staySilent);
        if (from <= kCutWriting) cut(kCutWriting, stayDeaf);
        const auto steps = clientSteps();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (from <= kClients + i) clients(kClients + i, steps[i]);
        }
        if (from <= kMany) many();
        if (from <= kEnd) end();
    }

private:
    void start() {
        generation_ = loader_.load();
        if (choice_ == EngineChoice::Fibers &&
            generation_->kind(plan_.kind).execution == abi::Execution::ThreadsOnly) {
            skipRest(reporter_, "the plugin says that it runs on threads only");
        }
        threads_ = threadsNow();
        descriptors_ = descriptorsNow();
        bed_.emplace(plan_, loader_, generation_, choice_);
        watch_.emplace(plan_, reporter_, *bed_);
    }

    using Stay = Client (*)(std::uint16_t port, const TestPlan& plan);

    // Another client is served while one is there that says nothing more, or takes nothing.
    void beside(std::size_t index, Stay stay) {
        reporter_.step(index);
        reporter_.at("serving a client alone");
        static_cast<void>(bed_->takeLongestWait());
        const bool alone = isServed(bed_->port(), plan_);
        if (!watch_->awaitEnd(1) || !alone) return;
        reporter_.at("serving a client beside another one that stays");
        auto first = stay(bed_->port(), plan_);
        const bool served = isServed(bed_->port(), plan_);
        if (!served) {
            reporter_.finding("holds-lock",
                              "a client was not served while another one was " +
                                  std::string(stay == staySilent ? "silent" : "taking no answer") +
                                  ": hold no lock over a call on the connection, such as a "
                                  "std::lock_guard over receive() or write()");
            if (choice_ == EngineChoice::Fibers) skipRest(reporter_, "its loop waits for the lock");
        }
        first.reset();
        static_cast<void>(watch_->awaitEnd(2));
        static_cast<void>(bed_->sessions().takeFailures());
    }

    // What `berth kill`, a reload and a shutdown do at the end of the drain time.
    void cut(std::size_t index, Stay stay) {
        reporter_.step(index);
        reporter_.at("cutting a client that stays");
        const auto client = stay(bed_->port(), plan_);
        watch_->cut(1);
        static_cast<void>(bed_->sessions().takeFailures());
    }

    void clients(std::size_t index, const ClientStep& step) {
        reporter_.step(index);
        reporter_.at(std::string("serving clients of the step ") + step.name);
        static_cast<void>(bed_->takeLongestWait());
        static_cast<void>(watch_->awaitEnd(step.act(bed_->port(), plan_)));
        const auto failures = bed_->sessions().takeFailures();
        if (failures.empty()) return;
        if (!step.meansWell) return reporter_.note("the handler threw: " + failures.front());
        reporter_.finding(
            "throws", "the handler threw at a client that did nothing wrong: " + failures.front());
    }

    void many() {
        reporter_.step(kMany);
        const auto times = std::min(plan_.cycles, kMostExchanges);
        const auto threads = threadsNow();
        Growth growth(times, "connection");
        const auto end = std::chrono::steady_clock::now() + kExchangesLimit;
        do {
            reporter_.at("serving many clients one by one");
            exchange(bed_->port(), plan_);
            if (!watch_->awaitEnd(1)) return;
        } while (growth.wantsMore() && std::chrono::steady_clock::now() < end);
        growth.reportMemory(reporter_);
        growth.reportDescriptors(reporter_);
        const auto now = threadsNow();
        if (now.size() > threads.size() + kThreadsOfChance) {
            reporter_.finding("leak-threads",
                              "connections leave threads behind: " + newOnes(threads, now) +
                                  ": end them before handle() returns");
        }
    }

    void end() {
        reporter_.step(kEnd);
        loader_.retire(bed_->close());
        reporter_.at("ending the engine");
        watch_.reset();
        bed_.reset();
        const auto left = threadsLeft(threads_, kThreadTime);
        if (!left.empty()) {
            reporter_.finding("leak-threads",
                              "after stop() a thread runs on: " + left + ": end it in stop()");
            reporter_.done();
            ::_exit(0);
        }
        if (const auto open = newOnes(descriptors_, descriptorsNow()); !open.empty()) {
            reporter_.finding("leak-descriptors", "after stop() descriptors are open: " + open +
                                                      ": own them in objects that close them");
        }
        reportClosed(reporter_, descriptors_);
        loader_.unload(std::move(generation_));
    }

    const TestPlan& plan_;
    Reporter& reporter_;
    PluginLoader loader_;
    const EngineChoice choice_;
    std::shared_ptr<host::Generation> generation_;
    ThreadList threads_;
    DescriptorList descriptors_;
    std::optional<TestBed> bed_;
    std::optional<HandlerWatch> watch_;
};

std::vector<std::string> stepNames() {
    std::vector<std::string> names{"start", "beside a silent one", "beside a deaf one",
                                   "cut while idle", "cut while writing"};
    for (const auto& step : clientSteps()) names.emplace_back(step.name);
    names.insert(names.end(), {"many, one by one", "stop"});
    return names;
}

}  // namespace

Suite engineSuite(const TestPlan& plan, EngineChoice choice) {
    return {.name = choice == EngineChoice::Fibers ? "fibers" : "threads",
            .steps = stepNames(),
            .run = [&plan, choice](Reporter& reporter, std::size_t from) {
                EngineTest(plan, choice, reporter).run(from);
            }};
}

}  // namespace berth::kit
