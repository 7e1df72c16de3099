// kit/engine_suite.cpp
#include "kit/engine_suite.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "berth/units.h"
#include "kit/client_steps.h"
#include "kit/leaks.h"

namespace berth::kit {
namespace {

constexpr std::size_t kMostExchanges = 300;
constexpr std::size_t kThreadsOfChance = 4;    // a pool may grow by a few while nothing leaks
constexpr std::size_t kMostEndless = 3;        // the next ones would only take their time
constexpr std::chrono::seconds kMostTime{20};  // for all exchanges
constexpr std::chrono::milliseconds kThreadTime{500};

// The steps before and behind those of the clients.
constexpr std::size_t kStart = 0;
const std::size_t kMany = clientSteps().size() + 1;
const std::size_t kEnd = kMany + 1;

class EngineTest {
public:
    EngineTest(const TestPlan& plan, EngineChoice choice, Reporter& reporter)
        : plan_(plan), reporter_(reporter), loader_(plan, reporter), choice_(choice) {}

    void run(std::size_t from) {
        if (from == kStart) reporter_.step(kStart);
        start();
        const auto steps = clientSteps();
        for (std::size_t i = 0; i < steps.size(); ++i) {
            if (from <= i + 1) clients(i + 1, steps[i]);
        }
        if (from <= kMany) many();
        if (from <= kEnd) end();
    }

private:
    void start() {
        generation_ = loader_.load();
        if (choice_ == EngineChoice::Fibers &&
            generation_->kind(plan_.kind).execution == abi::Execution::ThreadsOnly) {
            skipRest("the plugin says that it runs on threads only");
        }
        threads_ = threadsNow();
        descriptors_ = descriptorsNow();
        bed_.emplace(plan_, loader_, generation_, choice_);
    }

    void clients(std::size_t index, const ClientStep& step) {
        reporter_.step(index);
        reporter_.at(std::string("serving clients of the step ") + step.name);
        static_cast<void>(bed_->takeLongestWait());
        clients_ += step.act(bed_->port(), plan_);
        static_cast<void>(awaitEnd());
        for (const auto& failure : bed_->sessions().takeFailures()) {
            if (!step.meansWell) {
                reporter_.note("the handler threw: " + failure);
            } else {
                reporter_.finding("throws",
                                  "the handler threw at a client that did nothing "
                                  "wrong: " +
                                      failure);
            }
            break;
        }
    }

    // Until the handlers of all clients have ended. Those that do not are cut: false.
    bool awaitEnd() {
        auto& sessions = bed_->sessions();
        static_cast<void>(sessions.waitAdmitted(clients_, plan_.patience));
        const bool ended = sessions.waitIdle(plan_.patience);
        if (reportBlocked()) skipRest("its handler holds up the loop");
        if (ended) return true;
        const auto limit = formatDuration(plan_.patience);
        reporter_.finding("never-ends", "the handler still runs " + limit +
                                            " after its client left: end when receive() brings "
                                            "nothing, and watch the client while you wait");
        sessions.cutAll();
        ++endless_;
        if (sessions.waitIdle(plan_.patience)) {
            if (endless_ == kMostEndless)
                skipRest("handlers had to be cut at too many steps before");
            return false;
        }
        reporter_.finding("ignores-cut", "the handler runs on " + limit +
                                             " after its connection was cut: wait with "
                                             "Connection::wait(), and let ConnectionLost pass");
        reporter_.abandon();
    }

    // Handlers may still run: nothing is taken down.
    [[noreturn]] void skipRest(std::string_view why) {
        reporter_.skipRest(why);
        ::_exit(0);
    }

    bool reportBlocked() {
        const auto waited = bed_->takeLongestWait();
        if (waited < plan_.loopLimit) return false;
        reporter_.finding("blocks-loop", "another client of the loop waited " +
                                             formatDuration(waited) +
                                             " for its answer: use Context::blocking(), or say "
                                             "Execution::ThreadsOnly");
        return true;
    }

    void many() {
        reporter_.step(kMany);
        reporter_.at("serving many clients one by one");
        const auto times = std::min(plan_.cycles, kMostExchanges);
        const auto threads = threadsNow();
        Growth growth(times, "connection");
        const auto end = std::chrono::steady_clock::now() + kMostTime;
        for (std::size_t i = 0; i < times && std::chrono::steady_clock::now() < end; ++i) {
            exchange(bed_->port(), plan_);
            ++clients_;
            if (!awaitEnd()) return;
            growth.count();
        }
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
    std::size_t clients_ = 0;
    std::size_t endless_ = 0;  // steps whose handlers had to be cut
};

std::vector<std::string> stepNames() {
    std::vector<std::string> names{"start"};
    for (const auto& step : clientSteps()) names.emplace_back(step.name);
    names.insert(names.end(), {"many, one by one", "stop"});
    return names;
}

}  // namespace

Suite engineSuite(const TestPlan& plan, EngineChoice choice) {
    return {.name = choice == EngineChoice::Fibers ? "fibers" : "threads",
            .steps = stepNames(),
            .run = [&plan, choice](Reporter& reporter, std::size_t from) {
                try {
                    EngineTest(plan, choice, reporter).run(from);
                } catch (const TestFailed& failed) {
                    reporter.finding(failed.id(), failed.what());
                    reporter.skipRest("there is no service to test");
                }
            }};
}

}  // namespace berth::kit
