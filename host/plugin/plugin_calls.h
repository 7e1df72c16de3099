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

#include "berth/units.h"
#include "host/plugin/plugin_error.h"

namespace berth::host {

// A plugin that hangs while it is loaded or its service is made must not stop the host. Its thread
// cannot be ended; it is left behind, and what it makes in the end is destroyed by itself.
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
        // Counted down when it goes: at the end of the thread, or if none can be made.
        ++*running_;
        std::shared_ptr<void> counted(nullptr, [running = running_](void*) { --*running; });
        std::thread thread([task, counted = std::move(counted)]() mutable {
            (*task)();
            task.reset();  // with its result, unless somebody waited for that
            counted.reset();
        });
        if (result.wait_for(limit_) == std::future_status::ready) {
            thread.join();
            return result.get();
        }
        thread.detach();
        throw PluginError(what + ": the plugin's code did not come back within " +
                          formatDuration(limit_) +
                          "; its thread is left behind. Raise load_timeout in [host] if it needs "
                          "longer");
    }

    // Whether a call that took too long still runs.
    [[nodiscard]] bool anyStuck() const noexcept { return *running_ > 0; }

private:
    const std::chrono::milliseconds limit_;
    const std::shared_ptr<std::atomic<int>> running_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace berth::host
