// host/crash/crash_report.cpp - what runs here after a fault may call nothing that takes a lock or
// memory: see signal-safety(7).
#include "host/crash/crash_report.h"

#include <cxxabi.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <memory>
#include <typeinfo>

#include "host/crash/end_line.h"
#include "host/crash/signal_stack.h"
#include "host/log/last_words.h"

namespace berth::host::crash {
namespace {

constexpr std::array kSignals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};

// A signal handler finds nothing but what is static.
std::array<struct sigaction, kSignals.size()> before;
std::atomic<pid_t> teller{0};           // the thread that reports; 0: none so far
std::atomic<const EndLine*> unwritten;  // what it was about to write
FixedText<700> uncaught;                // why std::terminate() was called

pid_t thisThread() noexcept {
    return static_cast<pid_t>(::syscall(SYS_gettid));
}

// The signal takes the course that it would have taken. A fault of the processor comes again on
// return, so that a core file shows where; what was sent, or came by a call, is sent again.
void passOn(int number, const siginfo_t& info) noexcept {
    const auto at = std::ranges::find(kSignals, number) - kSignals.begin();
    ::sigaction(number, &before[static_cast<std::size_t>(at)], nullptr);
    const bool comesAgain = info.si_code > 0 && number != SIGSYS && number != SIGABRT;
    if (!comesAgain) ::syscall(SYS_tgkill, ::getpid(), thisThread(), number);
}

void tell(EndLine& line, const Interruption& place) noexcept {
    unwritten = &line;
    line.trace(place);
    if (unwritten.exchange(nullptr) != nullptr) line.write();
}

void onFault(int number, siginfo_t* info, void* context) {
    pid_t nobody = 0;
    if (!teller.compare_exchange_strong(nobody, thisThread())) {
        // Another thread's fault waits for its end. The teller's own: the backtrace failed.
        while (nobody != thisThread()) ::pause();
        if (const auto* const line = unwritten.exchange(nullptr)) line->write();
        return passOn(number, *info);
    }
    EndLine line;
    line.describe(*info, uncaught.view());
    tell(line, Interruption::of(context));
    passOn(number, *info);
}

// On a thread that is in order: it may do what it likes, but the handler of ABRT needs the text.
[[noreturn]] void onTerminate() noexcept {
    static std::atomic_flag once;
    if (once.test_and_set()) std::abort();
    if (const auto* const type = ::abi::__cxa_current_exception_type()) {
        const std::unique_ptr<char, void (*)(void*)> name(
            ::abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), std::free);
        uncaught << "nobody caught " << (name ? name.get() : type->name());
        try {
            std::rethrow_exception(std::current_exception());
        } catch (const std::exception& error) {
            uncaught << ": " << error.what();
        } catch (...) {
        }
    } else {
        uncaught << "std::terminate() was called";
    }
    std::abort();
}

}  // namespace

void install() {
    static const SignalStack mainThread;
    static std::atomic_flag known;
    const bool first = !known.test_and_set();
    if (first) {
        Backtrace::prepare();
        last_words::directTo(LogOptions{});
    }
    sigset_t unblocked;
    sigemptyset(&unblocked);
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
        struct sigaction action {};
        action.sa_sigaction = onFault;
        // A fault in the handler must find the handler, not a blocked signal.
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        ::sigaction(kSignals[i], &action, first ? &before[i] : nullptr);
        sigaddset(&unblocked, kSignals[i]);
    }
    ::pthread_sigmask(SIG_UNBLOCK, &unblocked, nullptr);
    std::set_terminate(onTerminate);
}

void tellEnd(std::string_view reason) noexcept {
    pid_t nobody = 0;
    if (!teller.compare_exchange_strong(nobody, thisThread())) {
        while (nobody != thisThread()) ::pause();
        return;
    }
    EndLine line;
    line.describe(reason);
    tell(line, {});
}

}  // namespace berth::host::crash
