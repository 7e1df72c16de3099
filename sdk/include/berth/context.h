// berth/context.h - what the host offers to one Service.
#pragma once

#include <functional>
#include <string_view>
#include <type_traits>

#include "berth/api.h"
#include "berth/detail/run_elsewhere.h"
#include "berth/log.h"
#include "berth/metrics.h"

namespace berth {

// Threads:  every function may be called from any thread; blocking() only inside handle().
// Lifetime: owned by the host, valid until after Service's destructor returned; so are the log,
//           the counters and the gauges it hands out.
class BERTH_API Context {
public:
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    virtual ~Context();

    // The name of the ini section: NAME of `[service:NAME]`.
    [[nodiscard]] virtual std::string_view serviceName() const noexcept = 0;

    [[nodiscard]] virtual Log& log() noexcept = 0;

    // The counter or gauge of that name (snake_case), made at the first call. `help` is one
    // sentence that the metrics show.
    [[nodiscard]] virtual Counter& counter(std::string_view name, std::string_view help) = 0;
    [[nodiscard]] virtual Gauge& gauge(std::string_view name, std::string_view help) = 0;

    // True once the service takes no new clients. A handler between two requests may end then.
    [[nodiscard]] virtual bool draining() const noexcept = 0;

    // Runs `work`, which may block (disk, hashing, waitpid), on a helper thread while only this
    // handler waits; on the threads engine it runs in place. Returns what `work` returns and
    // throws what it throws.
    template <class Work>
    auto blocking(Work&& work) -> std::invoke_result_t<Work&> {
        return detail::runElsewhere(
            [this](const std::function<void()>& task) { runBlocking(task); }, work);
    }

protected:
    Context() = default;

    // Returns after `work` ran. Requires: `work` does not throw.
    virtual void runBlocking(const std::function<void()>& work) = 0;
};

}  // namespace berth
