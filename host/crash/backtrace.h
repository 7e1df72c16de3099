// host/crash/backtrace.h - who called whom, as text for addr2line(1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "host/crash/code_module.h"
#include "host/crash/fixed_text.h"

namespace berth::host::crash {

// Where a signal interrupted a thread.
struct Interruption {
    const void* at = nullptr;          // the instruction; null: no signal did
    const void* const* top = nullptr;  // of the stack: there lies where a call just made came from

    // `context`: what a handler of sigaction(2) is given as its last argument.
    [[nodiscard]] static Interruption of(const void* context) noexcept;
};

// Takes no lock and no memory once prepare() was called: a signal handler may use it.
class Backtrace {
public:
    // Loads what the first backtrace of a process needs. Threads: one.
    static void prepare() noexcept;

    // Of the calling thread, from the interruption on, or else from the caller on. Memory that was
    // spoilt can make it fault.
    void capture(const Interruption& interruption) noexcept;

    // "echo-3f2a+0x1139 berthd+0x8a30 libc.so.6+0x29d90", the innermost first.
    [[nodiscard]] std::string_view frames() const noexcept { return frames_.view(); }
    // "echo-3f2a=3f2a... berthd=90ab...", each module once.
    [[nodiscard]] std::string_view buildIds() const noexcept { return buildIds_.view(); }
    // The innermost plugin among the frames; empty: none.
    [[nodiscard]] std::string_view plugin() const noexcept { return plugin_.view(); }

private:
    void add(const void* frame, bool returned) noexcept;
    void addModule(const CodeModule& module) noexcept;

    static constexpr std::size_t kMostFrames = 48;
    static constexpr std::size_t kMostModules = 8;

    FixedText<3072> frames_;
    FixedText<1024> buildIds_;
    FixedText<160> plugin_;
    std::array<std::uintptr_t, kMostModules> modules_{};
    std::size_t moduleCount_ = 0;
    const void* last_ = nullptr;
};

}  // namespace berth::host::crash
