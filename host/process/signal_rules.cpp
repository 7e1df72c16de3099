// host/process/signal_rules.cpp
#include "host/process/signal_rules.h"

#include <pthread.h>

#include <array>
#include <csignal>
#include <mutex>

#include "host/base/own_descriptors.h"

namespace berth::host::signal_rules {
namespace {

// Each would end or stop the process. Timers of whoever started it go on over exec.
constexpr std::array kIgnored{SIGPIPE, SIGXFSZ,   SIGTTIN, SIGTTOU,
                              SIGALRM, SIGVTALRM, SIGPROF, SIGIO};

void inForkedChild() noexcept {
    for (const int signal : kIgnored) {
        struct sigaction action {};
        ::sigaction(signal, nullptr, &action);
        // A plugin may have a handler of its own.
        if (action.sa_handler == SIG_IGN) std::signal(signal, SIG_DFL);
    }
    own_descriptors::afterForkInChild();
    // Who blocked all on purpose, as between fork and exec, sees to that.
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    if (sigismember(&mask, SIGCHLD) != 0) return;
    sigemptyset(&mask);
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

}  // namespace

void install() {
    static std::once_flag once;
    std::call_once(once, [] {
        ::pthread_atfork(own_descriptors::beforeFork, own_descriptors::afterForkInParent,
                         inForkedChild);
    });
    for (const int signal : kIgnored) std::signal(signal, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);
}

}  // namespace berth::host::signal_rules
