// kit/lent_bytes_watch.cpp
#include "kit/lent_bytes_watch.h"

#include <atomic>

#include "kit/guarded_connection.h"

namespace berth::kit {
namespace {

std::atomic<Reporter*> reporterOfFaults{nullptr};

void onFault(int signal, siginfo_t* info, void*) {
    auto* const reporter = reporterOfFaults.load();
    if (reporter != nullptr && GuardedConnection::wasLent(info->si_addr)) {
        reporter->finding("uses-lent-bytes",
                          "the handler uses bytes that receive() lent after it received again: use "
                          "them before, or copy them first, such as into a std::vector");
        reporter->abandon();
    }
    ::signal(signal, SIG_DFL);  // it happens again at once, and is told as a crash
}

}  // namespace

LentBytesWatch::LentBytesWatch(Reporter& reporter) noexcept {
    reporterOfFaults = &reporter;
    struct sigaction action {};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSEGV, &action, &before_);
}

LentBytesWatch::~LentBytesWatch() {
    ::sigaction(SIGSEGV, &before_, nullptr);
    reporterOfFaults = nullptr;
}

}  // namespace berth::kit
