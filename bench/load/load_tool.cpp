// bench/load/load_tool.cpp - parses, loads until the end or a signal, and reports.
#include "bench/load/load_tool.h"

#include <csignal>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "bench/load/latency_plot.h"
#include "bench/load/load.h"
#include "bench/load/load_arguments.h"
#include "bench/load/replacement_file.h"

namespace berth::bench {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 64;
constexpr int kExitUnavailable = 69;
constexpr int kExitOutput = 74;

// The file of --svg cannot be written.
class PlotFailed : public std::runtime_error {
    using runtime_error::runtime_error;
};

// Turns SIGINT and SIGTERM into a stop request while it lives.
//
// Threads: construct it before other threads are started, since they inherit the signal mask.
class StopOnSignal {
public:
    StopOnSignal() {
        sigemptyset(&watched_);
        sigaddset(&watched_, SIGINT);
        sigaddset(&watched_, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &watched_, &before_);
        watcher_ = std::jthread([this](const std::stop_token& ending) { watch(ending); });
    }
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal() {
        watcher_.request_stop();
        watcher_.join();
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    [[nodiscard]] std::stop_token token() const { return requested_.get_token(); }

private:
    void watch(const std::stop_token& ending) {
        const timespec interval{.tv_sec = 0, .tv_nsec = 50'000'000};
        while (!ending.stop_requested()) {
            if (::sigtimedwait(&watched_, nullptr, &interval) > 0) requested_.request_stop();
        }
    }

    sigset_t watched_{};
    sigset_t before_{};
    std::stop_source requested_;
    std::jthread watcher_;
};

// Where the picture goes. Made before the load, so that a wrong path costs nobody the run.
class PlotFile {
public:
    explicit PlotFile(const std::string& path) {
        if (!path.empty()) guarded([&] { file_.emplace(path); });
    }

    void write(const LoadResult& result) {
        if (!file_) return;
        if (result.latency.count() == 0) {
            throw PlotFailed("no reply came in the measured time, so there is nothing to draw");
        }
        guarded([&] { file_->replace(latencyPlot(result)); });
    }

private:
    template <class Action>
    static void guarded(Action action) {
        try {
            action();
        } catch (const std::system_error& error) {
            throw PlotFailed(error.what());
        }
    }

    std::optional<ReplacementFile> file_;
};

int load(const LoadArguments& arguments, std::ostream& out) {
    PlotFile plot(arguments.svg);
    const StopOnSignal signals;
    const auto announce = [&] {
        if (arguments.load.mode == LoadMode::Idle) out << "ready" << std::endl;
    };
    const auto result = runLoad(arguments.load, signals.token(), announce);
    if (arguments.json) {
        out << formatJson(result) << '\n';
    } else {
        out << formatText(result);
    }
    out.flush();
    const bool failed = result.failed() != 0;
    if (!failed || result.latency.count() != 0) plot.write(result);
    return failed ? kExitFailed : 0;
}

}  // namespace

int runLoadTool(const std::string& program, std::span<const std::string> arguments,
                std::ostream& out, std::ostream& errors) {
    try {
        const auto parsed = parseLoadArguments(arguments);
        if (!parsed.help) return load(parsed, out);
        out << loadUsage(program);
        return 0;
    } catch (const std::invalid_argument& error) {
        errors << program << ": " << error.what() << "; see " << program << " --help\n";
        return kExitUsage;
    } catch (const PlotFailed& error) {
        errors << program << ": " << error.what() << '\n';
        return kExitOutput;
    } catch (const std::exception& error) {
        errors << program << ": " << error.what() << '\n';
        return kExitUnavailable;
    }
}

}  // namespace berth::bench
