// plugins/exec/runner.cpp
#include "exec/runner.h"

#include <utility>

#include "exec/file_rights.h"
#include "exec/path_arguments.h"

namespace berth::exec {
namespace {

Runner::Counters makeCounters(Context& context) {
    return {context.counter("commands_run", "Commands started."),
            context.counter("commands_failed",
                            "Commands with a non-zero exit code, a signal, or no status."),
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
      tree_(settings_.directory, context.log()),
      launcher_(settings_),
      groups_(settings_.maxConcurrent),
      supervisor_(groups_) {}

std::optional<Runner::Slot> Runner::takeSlot() noexcept {
    reaper_.collect();
    if (running_.fetch_add(1, std::memory_order_relaxed) >= settings_.maxConcurrent) {
        running_.fetch_sub(1, std::memory_order_relaxed);
        return std::nullopt;
    }
    counters_.running.add(1);
    return Slot(*this);
}

std::variant<Arguments, RequestError> Runner::bind(const CommandTemplate& command,
                                                   const std::vector<std::string>& words,
                                                   WorkingDirectory& directory,
                                                   PathArguments& paths) const {
    if (auto error = directory.renew()) return *std::move(error);
    const FileRights rights(launcher_.identity());
    const auto resolve = [&](const std::string& path, ParameterType type) {
        return paths.take(path, type);
    };
    auto bound = command.bind({words.begin() + 1, words.end()}, resolve);
    if (auto* error = std::get_if<RequestError>(&bound)) {
        if (error->code == code::kBadArguments) {
            error->text += usageOf(words.front(), command.usage());
        }
    } else if (auto problem = directory.problem()) {
        return *std::move(problem);
    }
    return bound;
}

std::optional<RequestError> Runner::go(WorkingDirectory& directory, std::string_view path) const {
    if (auto error = directory.renew()) return error;
    const FileRights rights(launcher_.identity());
    return directory.change(path);
}

std::variant<ChildProcess, RequestError> Runner::start(const CommandTemplate& command,
                                                       const std::vector<std::string>& words,
                                                       WorkingDirectory& directory,
                                                       std::optional<Slot>& slot) {
    PathArguments paths(directory);
    auto bound = bind(command, words, directory, paths);
    if (auto* error = std::get_if<RequestError>(&bound)) return std::move(*error);
    auto place = takeSlot();
    if (!place) {
        return RequestError{code::kBusy, std::to_string(settings_.maxConcurrent) +
                                             " commands are running; try again"};
    }
    slot.emplace(*std::move(place));
    auto child =
        launcher_.launch({std::get<Arguments>(bound), directory.descriptor(), paths.descriptors()},
                         groups_, reaper_);
    if (const auto* error = std::get_if<RequestError>(&child)) {
        context_.log().warning(words.front() + ": " + error->text);
    }
    return child;
}

}  // namespace berth::exec
