// host/crash/thread_probe.cpp - the handler may call nothing that takes a lock or memory.
#include "host/crash/thread_probe.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <thread>

#include "host/base/activity.h"
#include "host/crash/backtrace.h"
#include "host/crash/fixed_text.h"

namespace berth::host::crash {
namespace {

enum class Phase { Idle, Asked, Answers, Answered };

// A signal handler finds nothing but what is static.
struct Answer {
    std::atomic<Phase> state{Phase::Idle};
    std::atomic<pthread_t> asked{};
    FixedText<64> phase;
    FixedText<128> service;
    FixedText<128> client;
    FixedText<160> plugin;
    FixedText<64> version;
    std::uint64_t connection = 0;
    std::uint64_t generation = 0;
    std::optional<Backtrace> trace;
};
Answer answer;

int probeSignal() noexcept {
    return SIGRTMIN + 1;
}

template <std::size_t Room>
void note(FixedText<Room>& place, std::string_view text) noexcept {
    place.clear();
    place << text;
}

void onProbe(int, siginfo_t*, void* context) {
    const int savedErrno = errno;
    auto asked = Phase::Asked;
    // One that answers too late, or another thread, finds that nobody waits.
    if (!::pthread_equal(answer.asked, ::pthread_self()) ||
        !answer.state.compare_exchange_strong(asked, Phase::Answers)) {
        errno = savedErrno;
        return;
    }
    static constexpr Activity kNone{};
    const auto& activity = here.activity == nullptr ? kNone : *here.activity;
    note(answer.phase, activity.phase);
    note(answer.service, activity.service);
    note(answer.client, activity.client);
    note(answer.version, activity.code.version);
    answer.connection = activity.connection;
    answer.generation = activity.code.generation;
    answer.trace.emplace().capture(Interruption::of(context));
    const auto plugin = activity.code.plugin;
    note(answer.plugin, plugin.empty() ? answer.trace->plugin() : plugin);
    answer.state = Phase::Answered;
    errno = savedErrno;
}

ThreadReport reported() {
    return {.phase = std::string(answer.phase.view()),
            .service = std::string(answer.service.view()),
            .client = std::string(answer.client.view()),
            .connection = answer.connection,
            .plugin = std::string(answer.plugin.view()),
            .version = std::string(answer.version.view()),
            .generation = answer.generation,
            .backtrace = std::string(answer.trace->frames()),
            .buildIds = std::string(answer.trace->buildIds())};
}

}  // namespace

ThreadProbe::ThreadProbe() {
    Backtrace::prepare();
    struct sigaction action {};
    action.sa_sigaction = onProbe;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&action.sa_mask);
    ::sigaction(probeSignal(), &action, nullptr);
}

std::optional<ThreadReport> ThreadProbe::ask(pthread_t thread, std::chrono::milliseconds limit) {
    const detail::Lock lock(mutex_);
    answer.asked = thread;
    answer.state = Phase::Asked;
    if (::pthread_kill(thread, probeSignal()) != 0) {
        answer.state = Phase::Idle;
        return std::nullopt;
    }
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (answer.state != Phase::Answered) {
        // A handler can wake nobody without a risk, so it is looked at now and then.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        auto asked = Phase::Asked;
        if (std::chrono::steady_clock::now() >= deadline &&
            answer.state.compare_exchange_strong(asked, Phase::Idle)) {
            return std::nullopt;
        }
    }
    answer.state = Phase::Idle;
    return reported();
}

}  // namespace berth::host::crash
