// host/signal_events.cpp
#include "host/signal_events.h"

#include <pthread.h>

#include <csignal>

namespace berth::host {
namespace {

// Wakes the thread at the end; no other use.
int stopSignal() {
    return SIGRTMIN;
}

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, stopSignal()})
        sigaddset(&set, signal);
    return set;
}

}  // namespace

SignalEvents::SignalEvents() {
    std::signal(SIGPIPE, SIG_IGN);
    const auto set = handledSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SignalEvents::~SignalEvents() {
    thread_.request_stop();
    ::pthread_kill(thread_.native_handle(), stopSignal());
}

void SignalEvents::post(ProcessEvent event) {
    {
        const std::lock_guard lock(mutex_);
        events_.push_back(event);
    }
    arrived_.notify_one();
}

ProcessEvent SignalEvents::next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !events_.empty(); });
    const auto event = events_.front();
    events_.pop_front();
    return event;
}

void SignalEvents::run(const std::stop_token& stop) {
    const auto set = handledSignals();
    while (!stop.stop_requested()) {
        int signal = 0;
        if (::sigwait(&set, &signal) != 0) continue;
        if (signal == SIGTERM || signal == SIGINT) post(ProcessEvent::Terminate);
        if (signal == SIGHUP) post(ProcessEvent::Reload);
        if (signal == SIGUSR1) post(ProcessEvent::ReopenLogs);
        if (signal == SIGUSR2) post(ProcessEvent::Upgrade);
    }
}

}  // namespace berth::host
