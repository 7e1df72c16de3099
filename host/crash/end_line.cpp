// host/crash/end_line.cpp
#include "host/crash/end_line.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <span>

#include "berth/version.h"
#include "host/base/activity.h"
#include "host/crash/crash_report.h"
#include "host/crash/signal_stack.h"
#include "host/log/last_words.h"

namespace berth::host::crash {
namespace {

constexpr std::size_t kKibibyte = 1024;

// A signal handler finds nothing but what is static. 0: none, else the descriptor and 1.
std::array<std::atomic<int>, 64> alsoTold;
// Whose descriptors these are: a child that a plugin forked has others under their numbers.
std::atomic<pid_t> ownerOfThese{0};

std::string_view nameOf(int signal) noexcept {
    const auto* const name = ::sigabbrev_np(signal);
    return name == nullptr ? std::string_view("?") : std::string_view(name);
}

// The fields that have a value.
class Fields {
public:
    void add(std::string_view name, std::string_view value) noexcept {
        if (!value.empty()) fields_[count_++] = {name, value};
    }
    void add(std::string_view name, std::uint64_t value) noexcept {
        if (value != 0) fields_[count_++] = {name, value};
    }
    [[nodiscard]] std::span<const LogField> all() const noexcept {
        return std::span(fields_).first(count_);
    }

private:
    std::array<LogField, 16> fields_{};
    std::size_t count_ = 0;
};

}  // namespace

void alsoTell(int descriptor) noexcept {
    ownerOfThese = ::getpid();
    for (auto& place : alsoTold) {
        int none = 0;
        if (place.compare_exchange_strong(none, descriptor + 1)) return;
    }
}

void tellNoMore(int descriptor) noexcept {
    for (auto& place : alsoTold) {
        int own = descriptor + 1;
        if (place.compare_exchange_strong(own, 0)) return;
    }
}

void EndLine::describe(const siginfo_t& info, std::string_view uncaught) noexcept {
    end_ << "SIG" << nameOf(info.si_signo);
    reason_ << "crashed with " << end_.view();
    if (info.si_signo == SIGABRT && !uncaught.empty()) {
        reason_ << ", " << uncaught << ",";
    } else if (info.si_code <= 0 && info.si_pid != ::getpid()) {
        reason_ << ", sent by process " << static_cast<std::uint64_t>(info.si_pid) << ",";
    } else if (info.si_code > 0) {
        describeAddress(info);
    }
}

void EndLine::describe(std::string_view reason) noexcept {
    reason_ << reason;
    end_ << "exit";
}

void EndLine::describeAddress(const siginfo_t& info) noexcept {
    if (info.si_signo != SIGSEGV && info.si_signo != SIGBUS) return;
    const auto& thread = SignalStack::threadBounds();
    if (here.fiber != nullptr && here.fiber->guards(info.si_addr)) {
        reason_ << ", the handler overran its stack of " << here.fiber->size / kKibibyte
                << "K (raise stack_size in [host], or use engine = threads for this service),";
    } else if (thread.base != nullptr && thread.guards(info.si_addr)) {
        reason_ << ", the thread overran its stack of " << thread.size / kKibibyte
                << "K (`ulimit -s` or LimitSTACK= at the start of the host gives more),";
    } else {
        (reason_ << " at address ").hex(reinterpret_cast<std::uintptr_t>(info.si_addr));
    }
}

void EndLine::write() const noexcept {
    static constexpr Activity kNone{};
    const auto& activity = here.activity == nullptr ? kNone : *here.activity;
    const auto plugin = activity.code.plugin.empty() ? trace_.plugin() : activity.code.plugin;
    FixedText<1100> text;
    text << reason_.view() << " in "
         << (activity.phase.empty()
                 ? (plugin.empty() ? "the host's own code" : "a thread of its own")
                 : activity.phase);
    std::array<char, 16> thread{};
    ::prctl(PR_GET_NAME, thread.data());
    Fields fields;
    fields.add("service", activity.service);
    fields.add("client", activity.client);
    fields.add("connection", activity.connection);
    fields.add("plugin", plugin);
    fields.add("version", activity.code.version);
    fields.add("generation", activity.code.generation);
    fields.add("build_id", activity.code.buildId);
    fields.add("thread", std::string_view(thread.data(), ::strnlen(thread.data(), thread.size())));
    fields.add("stack", here.fiber == nullptr ? "thread" : "fiber");
    fields.add("pid", static_cast<std::uint64_t>(::getpid()));
    fields.add("berthd", BERTH_SDK_VERSION);
    fields.add("backtrace", trace_.frames());
    fields.add("build_ids", trace_.buildIds());
    last_words::write({.time = std::chrono::system_clock::now(),
                       .level = LogLevel::Error,
                       .source = "host",
                       .text = text.view(),
                       .fields = fields.all()});

    if (ownerOfThese != ::getpid()) return;
    FixedText<400> mark;
    mark << "ended = " << end_.view() << "\nin = " << plugin;
    if (!activity.code.plugin.empty()) {
        mark << " " << activity.code.version << " " << activity.code.generation;
    }
    mark << "\n";
    for (const auto& place : alsoTold) {
        if (const int descriptor = place; descriptor != 0) {
            static_cast<void>(!::write(descriptor - 1, mark.view().data(), mark.view().size()));
        }
    }
}

}  // namespace berth::host::crash
