// host/plugin/plugin_calls.h - runs a plugin's code for no longer than a time.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace berth::host {

// A plugin that hangs while it is loaded, or its service is made or ended, must not stop the host.
// Its thread cannot be ended; it is left behind, and what it makes in the end is destroyed by
// itself. Copies share the limit and the count of such threads.
//
// Threads: any. Lifetime: while anyStuck(), what the calls use must not be destroyed.
class PluginCalls {
public:
    explicit PluginCalls(std::chrono::milliseconds limit) : limit_(limit) {}

    // `what` begins the message, as in "service \"echo\"". The work runs on a thread of its own.
    // Throws: what the work throws; PluginError when it takes too long, or no thread can be
    // started.
    template <class Result>
    Result run(const std::string& what, std::function<Result()> work) {
        return runFor<Result>(limit_, what, std::move(work));
    }
    // The same for what opens a file, which a child process may have tried for as long before.
    template <class Result>
    Result runLoading(const std::string& what, std::function<Result()> work) {
        return runFor<Result>(2 * limit_, what, std::move(work));
    }

    // Whether a call that took too long still runs.
    [[nodiscard]] bool anyStuck() const noexcept { return *stuck_ > 0; }

private:
    enum class Phase { Runs, Ended, GivenUp };
    using Call = std::atomic<Phase>;

    template <class Result>
    Result runFor(std::chrono::milliseconds limit, const std::string& what,
                  std::function<Result()> work) {
        auto task = std::make_shared<std::packaged_task<Result()>>(std::move(work));
        auto result = task->get_future();
        const auto call = std::make_shared<Call>(Phase::Runs);
        auto thread = start(what, [task, call, calls = *this]() mutable {
            (*task)();
            task.reset();  // with its result, unless somebody waited for that
            calls.end(*call);
        });
        task.reset();
        if (result.wait_for(limit) == std::future_status::ready) {
            thread.join();
            return result.get();
        }
        thread.detach();
        giveUp(*call, what, limit);
    }
    static std::thread start(const std::string& what, std::function<void()> call);
    // On the thread of a call.
    void end(Call& call) const noexcept;
    [[noreturn]] void giveUp(Call& call, const std::string& what,
                             std::chrono::milliseconds limit) const;

    const std::chrono::milliseconds limit_;
    const std::shared_ptr<std::atomic<int>> stuck_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace berth::host
