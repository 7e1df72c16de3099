// host/crash/backtrace.cpp
#include "host/crash/backtrace.h"

#include <execinfo.h>
#include <ucontext.h>

#include <algorithm>
#include <span>
#include <utility>

namespace berth::host::crash {
namespace {

// The frames of the handler itself come on top.
constexpr std::size_t kOwnFrames = 16;

template <std::size_t Room>
void addHex(FixedText<Room>& text, std::span<const std::byte> bytes) noexcept {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const auto byte : bytes) {
        const auto value = std::to_integer<std::size_t>(byte);
        text << kDigits.substr(value >> 4, 1) << kDigits.substr(value & 15, 1);
    }
}

}  // namespace

Interruption Interruption::of(const void* context) noexcept {
    const auto& registers = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    return {reinterpret_cast<const void*>(registers.gregs[REG_RIP]),
            reinterpret_cast<const void* const*>(registers.gregs[REG_RSP])};
#elif defined(__aarch64__)
    // The register of the last call.
    return {reinterpret_cast<const void*>(registers.pc),
            reinterpret_cast<const void* const*>(&registers.regs[30])};
#else
    static_cast<void>(registers);
    return {};
#endif
}

void Backtrace::prepare() noexcept {
    std::array<void*, 4> frames{};
    static_cast<void>(::backtrace(frames.data(), static_cast<int>(frames.size())));
}

void Backtrace::capture(const Interruption& interruption) noexcept {
    const auto* const fault = interruption.at;
    if (fault != nullptr) {
        add(fault, false);
        // A call through a bad pointer: who unwinds would read the code there.
        if (!moduleOf(fault)) return add(*interruption.top, true);
    }
    std::array<void*, kMostFrames + kOwnFrames> raw{};
    const auto count = ::backtrace(raw.data(), static_cast<int>(raw.size()));
    std::span frames(raw.data(), static_cast<std::size_t>(std::max(count, 0)));
    const auto begin = fault == nullptr ? frames.begin() : std::ranges::find(frames, fault);
    if (begin == frames.end()) return;
    frames = frames.subspan(static_cast<std::size_t>(begin - frames.begin()) + 1);
    for (const auto* const frame : frames.first(std::min(frames.size(), kMostFrames))) {
        add(frame, true);
    }
}

// What a frame holds is the address behind the call. Of a recursion one is shown.
void Backtrace::add(const void* frame, bool returned) noexcept {
    if (std::exchange(last_, frame) == frame) return;
    const auto address = reinterpret_cast<std::uintptr_t>(frame) - (returned ? 1 : 0);
    if (!frames_.empty()) frames_ << " ";
    const auto module = moduleOf(reinterpret_cast<const void*>(address));
    if (!module) {
        frames_.hex(address);
        return;
    }
    (frames_ << module->name << "+").hex(address - module->base);
    if (module->plugin && plugin_.empty()) plugin_ << module->name;
    addModule(*module);
}

void Backtrace::addModule(const CodeModule& module) noexcept {
    const std::span known(modules_.data(), moduleCount_);
    if (moduleCount_ == kMostModules || module.buildId.empty() ||
        std::ranges::find(known, module.base) != known.end()) {
        return;
    }
    modules_[moduleCount_++] = module.base;
    if (!buildIds_.empty()) buildIds_ << " ";
    buildIds_ << module.name << "=";
    addHex(buildIds_, module.buildId);
}

}  // namespace berth::host::crash
