// kit/interrupts.cpp
#include "kit/interrupts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace berth::kit {
namespace {

constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};

bool ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupts::Interrupts() {
    sigset_t wanted{};
    ::sigemptyset(&wanted);
    for (const auto signal : kSignals) {
        if (!ignored(signal)) ::sigaddset(&wanted, signal);
    }
    signals_ = host::UniqueFd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) throw std::system_error(errno, std::generic_category(), "signalfd");
    ::sigprocmask(SIG_BLOCK, &wanted, &before_);
}

Interrupts::~Interrupts() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupts::check() const {
    signalfd_siginfo info{};
    const auto count = ::read(signals_.value(), &info, sizeof info);
    if (count == sizeof info) throw Interrupted(static_cast<int>(info.ssi_signo));
}

void Interrupts::letThrough() noexcept {
    sigset_t all{};
    ::sigemptyset(&all);
    for (const auto signal : kSignals) ::sigaddset(&all, signal);
    ::sigprocmask(SIG_UNBLOCK, &all, nullptr);
}

}  // namespace berth::kit
