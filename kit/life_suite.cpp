// kit/life_suite.cpp
#include "kit/life_suite.h"

#include <unistd.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "berth/testing/loopback_connection.h"
#include "berth/testing/test_context.h"
#include "berth/units.h"
#include "kit/guarded_connection.h"
#include "kit/leaks.h"
#include "kit/lent_bytes_watch.h"
#include "kit/loaded_plugin.h"

namespace berth::kit {
namespace {

using Clock = std::chrono::steady_clock;

enum Step : std::size_t { Lives, Descriptors, Memory, UnloadAfterUse, LentBytes };

constexpr std::chrono::seconds kLivesLimit{60};
constexpr int kRequests = 3;

class LifeTest {
public:
    LifeTest(const TestPlan& plan, Reporter& reporter)
        : plan_(plan), reporter_(reporter), loader_(plan, reporter) {}

    void run(std::size_t from) {
        if (from <= Lives) lives();
        if (from <= UnloadAfterUse) unloadAfterUse();
        if (from <= LentBytes) lentBytes();
    }

private:
    void lives() {
        reporter_.step(Lives);
        // The first copy tells what later ones hide: a unique symbol keeps the first one alone.
        auto first = loader_.load();
        loader_.requireSettings(*first);
        if (!loader_.unload(std::move(first))) return;
        const auto descriptors = descriptorsNow();
        const auto threads = threadsNow();
        const auto begin = Clock::now();
        Growth growth(plan_.cycles, "life of a service");
        while (life(threads) && growth.wantsMore() && Clock::now() - begin < kLivesLimit) {
        }
        reporter_.note(std::to_string(growth.times()) + " times");
        reporter_.step(Descriptors);
        reportClosed(reporter_, descriptors);
        growth.reportDescriptors(reporter_);
        reporter_.step(Memory);
        growth.reportMemory(reporter_);
    }

    // False when it makes no sense to go on.
    bool life(const ThreadList& threads) {
        auto generation = loader_.load();
        testing::TestContext context(plan_.kind);
        const bool clean = loader_.retire(loader_.create(generation, context));
        requireNoThread(threads);
        return loader_.unload(std::move(generation)) && clean;
    }

    void requireNoThread(const ThreadList& before) {
        const auto left = threadsLeft(before, kThreadTime);
        if (left.empty()) return;
        reporter_.finding("leak-threads", "the service is gone, its thread " + left +
                                              " is not: end it in stop(), its code is unloaded "
                                              "next");
        reporter_.skipRest("the code cannot be unloaded while a thread may run it");
        ::_exit(0);
    }

    // A thread_local with a destructor keeps the code as long as a thread lives that used it, and
    // the threads of a host live on.
    void unloadAfterUse() {
        reporter_.step(UnloadAfterUse);
        auto generation = loader_.load();
        testing::TestContext context(plan_.kind);
        auto service = loader_.create(generation, context);
        reporter_.at("serving a client in memory");
        testing::LoopbackConnection client;
        client.setTimeout(plan_.patience);
        client.send(plan_.request);
        client.finishSending();
        std::promise<void> served;
        std::promise<void> unloaded;
        auto end = served.get_future();
        std::jthread thread([&] {
            serve(service->service(), client);
            served.set_value();
            unloaded.get_future().wait();
        });
        if (end.wait_for(plan_.patience) != std::future_status::ready) client.reset();
        if (end.wait_for(plan_.patience) != std::future_status::ready) {
            reporter_.note("not proved: the handler did not end");
            reporter_.abandon();
        }
        loader_.retire(std::move(service));
        loader_.unload(std::move(generation));
        unloaded.set_value();
    }

    // Several requests, so that there is a next one when the bytes of one are used too long.
    void lentBytes() {
        reporter_.step(LentBytes);
        const LentBytesWatch watch(reporter_);
        auto generation = loader_.load();
        testing::TestContext context(plan_.kind);
        auto service = loader_.create(generation, context);
        reporter_.at("serving a client whose lent bytes are taken back");
        testing::LoopbackConnection client;
        client.setTimeout(plan_.patience);
        for (int i = 0; i < kRequests; ++i) client.send(plan_.request);
        client.finishSending();
        std::promise<void> served;
        auto end = served.get_future();
        std::jthread thread([&] {
            GuardedConnection guarded(client);
            serve(service->service(), guarded);
            served.set_value();
        });
        if (end.wait_for(plan_.patience) != std::future_status::ready) client.reset();
        if (end.wait_for(plan_.patience) != std::future_status::ready) {
            reporter_.note("not proved: the handler did not end");
            reporter_.abandon();
        }
        thread.join();
        loader_.retire(std::move(service));
    }

    static void serve(Service& service, Connection& client) noexcept {
        try {
            service.handle(client);
        } catch (...) {
            // What handlers throw is looked at where real clients are.
        }
    }

    const TestPlan& plan_;
    Reporter& reporter_;
    PluginLoader loader_;
};

}  // namespace

Suite lifeSuite(const TestPlan& plan) {
    return {.name = "plugin",
            .steps = {"life cycle", "descriptors", "memory", "unload after use", "lent bytes"},
            .run = [&plan](Reporter& reporter, std::size_t from) {
                LifeTest(plan, reporter).run(from);
            }};
}

}  // namespace berth::kit
