// plugins/exec/runner.cpp
#include "exec/runner.h"

#include <utility>

namespace berth::exec {
namespace {

Runner::Counters makeCounters(Context& context) {
    return {context.counter("commands_run", "Commands started."),
            context.counter("commands_failed", "Commands with a non-zero exit code or a signal."),
            context.counter("commands_timed_out", "Commands ended because they took too long."),
            context.counter("commands_killed",
                            "Commands ended because of their output or because the client went."),
            context.counter("requests_refused", "Requests answered with an error."),
            context.gauge("commands_running", "Commands that run now.")};
}

}  // namespace

Runner::Slot::~Slot() {
    if (runner_ == nullptr) return;
    runner_->running_.fetch_sub(1, std::memory_order_relaxed);
    runner_->counters_.running.add(-1);
}

Runner::Runner(Settings settings, Context& context)
    : settings_(std::move(settings)),
      context_(context),
      counters_(makeCounters(context)),
      tree_(settings_.directory),
      launcher_(settings_) {}

std::optional<Runner::Slot> Runner::takeSlot() noexcept {
    reaper_.collect();
    if (running_.fetch_add(1, std::memory_order_relaxed) >= settings_.maxConcurrent) {
        running_.fetch_sub(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    counters_.running.add(1);
    return Slot(*this);
}

}  // namespace berth::exec
