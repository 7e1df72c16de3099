// host/fiber/overrun_report.h - names the handler that overran its stack before the process dies.
#pragma once

#include <cstddef>
#include <memory>

namespace berth::host {

// A fault in the guard below a fiber's stack is told on stderr in one line. The signal then takes
// the course that it would have taken.
namespace overrun_report {

// For the whole process, once. Threads: any.
void install();

// The calling thread's stack for signal handlers: the fiber's own has no room left.
class SignalStack {
public:
    SignalStack();
    SignalStack(const SignalStack&) = delete;
    SignalStack& operator=(const SignalStack&) = delete;
    ~SignalStack();

private:
    std::unique_ptr<std::byte[]> memory_;
};

}  // namespace overrun_report
}  // namespace berth::host
