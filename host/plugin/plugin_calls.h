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
    // Throws: what the work throws; PluginError when it takes too long.
    template <class Result>
    Result run(const std::string& what, std::function<Result()> work) {
        auto task = std::make_shared<std::packaged_task<Result()>>(std::move(work));
        auto result = task->get_future();
        const auto call = std::make_shared<Call>(Phase::Runs);
        std::thread thread([task, call, calls = *this]() mutable {
            (*task)();
            task.reset();  // with its result, unless somebody waited for that
            calls.end(*call);
        });
        task.reset();
        if (result.wait_for(limit_) == std::future_status::ready) {
            thread.join();
            return result.get();
        }
        thread.detach();
        giveUp(*call, what);
    }

    // Whether a call that took too long still runs.
    [[nodiscard]] bool anyStuck() const noexcept { return *stuck_ > 0; }

private:
    enum class Phase { Runs, Ended, GivenUp };
    using Call = std::atomic<Phase>;

    // On the thread of a call.
    void end(Call& call) const noexcept;
    [[noreturn]] void giveUp(Call& call, const std::string& what) const;

    const std::chrono::milliseconds limit_;
    const std::shared_ptr<std::atomic<int>> stuck_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace berth::host
