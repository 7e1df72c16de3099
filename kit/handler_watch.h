// kit/handler_watch.h - whether the handlers of clients that left end, and hold up nobody
// meanwhile.
#pragma once

#include <cstdint>
#include <string_view>

#include "kit/reporter.h"
#include "kit/test_bed.h"
#include "kit/test_plan.h"

namespace berth::kit {

// Reports `blocks-loop`, `never-ends` and `ignores-cut`.
// Threads: one. Lifetime: borrows all.
class HandlerWatch {
public:
    HandlerWatch(const TestPlan& plan, Reporter& reporter, TestBed& bed)
        : plan_(plan), reporter_(reporter), bed_(bed) {}

    // Until the handlers of all clients have ended, of which there were `clients` more. Those that
    // do not are cut: false. Does not return when it makes no sense to go on in this process.
    bool awaitEnd(std::uint64_t clients);
    // Cuts the handlers of `clients` more, which are still there, and waits until they have ended.
    // Does not return when they do not.
    void cut(std::uint64_t clients);

private:
    bool reportBlocked();
    void requireEndAfterCut();

    const TestPlan& plan_;
    Reporter& reporter_;
    TestBed& bed_;
    std::uint64_t clients_ = 0;  // since the start
    std::size_t endless_ = 0;    // how often handlers had to be cut
};

// The steps that follow are not run. Handlers may still run: nothing is taken down.
[[noreturn]] void skipRest(Reporter& reporter, std::string_view why);

}  // namespace berth::kit
