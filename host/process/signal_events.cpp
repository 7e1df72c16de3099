// host/process/signal_events.cpp
#include "host/process/signal_events.h"

#include <pthread.h>
#include <sysexits.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "host/log/bounded_output.h"
#include "host/process/signal_rules.h"

namespace berth::host {
namespace {

constexpr std::chrono::seconds kAnswerTime{10};

// Wakes the thread, to end or to look at its deadline.
int wakeSignal() {
    return SIGRTMIN;
}

bool asksForTheEnd(ProcessEvent event) {
    return event == ProcessEvent::Terminate || event == ProcessEvent::StopNow;
}

std::optional<ProcessEvent> eventOf(int signal) {
    switch (signal) {
        case SIGTERM:
        case SIGINT:
            return ProcessEvent::Terminate;
        case SIGHUP:
            return ProcessEvent::Reload;
        case SIGUSR1:
            return ProcessEvent::ReopenLogs;
        case SIGUSR2:
            return ProcessEvent::Upgrade;
        case SIGXCPU:
            return ProcessEvent::OutOfTime;
        default:
            return std::nullopt;
    }
}

// A terminal's come from the kernel, and so does that of a limit, each second anew: its event says
// enough.
std::string senderOf(int signal, const siginfo_t& info) {
    if (signal == SIGXCPU) return {};
    const auto sent = std::string("SIG") + ::sigabbrev_np(signal) + " sent by ";
    if (info.si_code > 0) return sent + "the kernel";
    return sent + "process " + std::to_string(info.si_pid) + ", uid " + std::to_string(info.si_uid);
}

[[noreturn]] void endAtOnce() {
    tellStandardError("berthd: something does not end in its time; leaving at once, without it");
    std::_Exit(EX_SOFTWARE);
}

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, wakeSignal()})
        sigaddset(&set, signal);
    return set;
}

}  // namespace

SignalEvents::SignalEvents() {
    signal_rules::install();
    const auto set = handledSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SignalEvents::~SignalEvents() {
    thread_.request_stop();
    ::pthread_kill(thread_.native_handle(), wakeSignal());
}

void SignalEvents::post(ProcessEvent event) {
    add({event, {}});
    if (asksForTheEnd(event)) ::pthread_kill(thread_.native_handle(), wakeSignal());
}

void SignalEvents::add(ProcessRequest request) {
    {
        const detail::Lock lock(mutex_);
        if (asksForTheEnd(request.event) && !answerBy_) answerBy_ = Clock::now() + kAnswerTime;
        requests_.push_back(std::move(request));
    }
    arrived_.notify_one();
}

ProcessRequest SignalEvents::next() {
    detail::UniqueLock lock(mutex_);
    arrived_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) { return !requests_.empty(); });
    auto request = std::move(requests_.front());
    requests_.pop_front();
    if (std::ranges::none_of(requests_, asksForTheEnd, &ProcessRequest::event)) answerBy_.reset();
    return request;
}

void SignalEvents::endWithin(std::chrono::milliseconds limit) {
    {
        const detail::Lock lock(mutex_);
        const auto wanted = Clock::now() + limit;
        endBy_ = std::min(endBy_.value_or(wanted), wanted);
    }
    ::pthread_kill(thread_.native_handle(), wakeSignal());
}

void SignalEvents::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto limit = deadline();
        if (limit && Clock::now() >= *limit) endAtOnce();
        siginfo_t info{};
        const int signal = takeSignal(limit, info);
        if (const auto event = eventOf(signal)) add({*event, senderOf(signal, info)});
    }
}

int SignalEvents::takeSignal(std::optional<Clock::time_point> deadline, siginfo_t& info) const {
    using std::chrono::nanoseconds;
    const auto set = handledSignals();
    if (!deadline) return ::sigwaitinfo(&set, &info);
    const auto left = std::max(nanoseconds(*deadline - Clock::now()), nanoseconds(0));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
    const timespec limit{seconds.count(), (left - seconds).count()};
    return ::sigtimedwait(&set, &info, &limit);
}

std::optional<SignalEvents::Clock::time_point> SignalEvents::deadline() {
    const detail::Lock lock(mutex_);
    if (!answerBy_ || !endBy_) return answerBy_ ? answerBy_ : endBy_;
    return std::min(*answerBy_, *endBy_);
}

}  // namespace berth::host
