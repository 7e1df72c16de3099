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

std::string usageOf(const std::string& name, std::string_view arguments) {
    std::string usage = "; usage: " + name;
    if (!arguments.empty()) usage.append(" ").append(arguments);
    return usage;
}

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

std::variant<ChildProcess, RequestError> Runner::start(const CommandTemplate& command,
                                                       const std::vector<std::string>& words,
                                                       const WorkingDirectory& directory,
                                                       std::optional<Slot>& slot) {
    const auto resolve = [&](const std::string& path) { return directory.resolve(path); };
    auto bound = command.bind({words.begin() + 1, words.end()}, resolve);
    if (auto* error = std::get_if<RequestError>(&bound)) {
        if (error->code == code::kBadArguments) {
            error->text += usageOf(words.front(), command.usage());
        }
        return std::move(*error);
    }
    auto opened = directory.open();
    if (auto* error = std::get_if<RequestError>(&opened)) return std::move(*error);
    auto place = takeSlot();
    if (!place) {
        return RequestError{code::kBusy, std::to_string(settings_.maxConcurrent) +
                                             " commands are running; try again"};
    }
    slot.emplace(*std::move(place));
    auto child = launcher_.launch(std::get<Arguments>(bound), std::get<UniqueFd>(opened), reaper_);
    if (const auto* error = std::get_if<RequestError>(&child)) {
        context_.log().warning(words.front() + ": " + error->text);
    }
    return child;
}

}  // namespace berth::exec
