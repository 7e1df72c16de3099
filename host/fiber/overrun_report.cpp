// host/fiber/overrun_report.cpp
#include "host/fiber/overrun_report.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <mutex>
#include <span>
#include <string_view>

#include "host/fiber/loop.h"

namespace berth::host::overrun_report {
namespace {

constexpr std::size_t kSignalStack = std::size_t{64} * 1024;
constexpr std::size_t kKibibyte = 1024;

// A signal handler finds nothing but what is static.
struct sigaction before {};

// A line of text, made without anything that a signal handler must not call.
class Line {
public:
    void add(std::string_view text) noexcept {
        const auto size = std::min(text.size(), text_.size() - size_);
        std::copy_n(text.data(), size, text_.data() + size_);
        size_ += size;
    }
    void add(std::size_t number) noexcept {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        add({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    void add(const FiberTask& task) noexcept {
        size_ += task.describe(std::span(text_).subspan(size_));
    }
    void write() const noexcept {
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text_.data(), size_);
    }

private:
    std::array<char, 512> text_{};
    std::size_t size_ = 0;
};

void onFault(int number, siginfo_t* info, void*) {
    const auto* const fiber = Loop::current();
    if (fiber != nullptr && fiber->stack().guards(info->si_addr)) {
        Line line;
        line.add("berthd: ");
        line.add(fiber->task());
        line.add(": the handler overran its stack of ");
        line.add(fiber->stack().size / kKibibyte);
        line.add("K; raise stack_size in [host], or use engine = threads for this service\n");
        line.write();
    }
    // On return the fault happens again, and this time it ends the process.
    ::sigaction(number, &before, nullptr);
}

}  // namespace

void install() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_sigaction = onFault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigaction(SIGSEGV, &action, &before);
    });
}

SignalStack::SignalStack() : memory_(std::make_unique_for_overwrite<std::byte[]>(kSignalStack)) {
    const stack_t stack{.ss_sp = memory_.get(), .ss_flags = 0, .ss_size = kSignalStack};
    ::sigaltstack(&stack, nullptr);
}

SignalStack::~SignalStack() {
    const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
    ::sigaltstack(&none, nullptr);
}

}  // namespace berth::host::overrun_report
