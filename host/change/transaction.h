// host/change/transaction.h - puts prepared steps in force.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "berth/log.h"
#include "host/change/canary_watch.h"
#include "host/change/preparation.h"
#include "host/change/retired_versions.h"
#include "host/service/service_table.h"

namespace berth::host {

// Threads: one change at a time. Lifetime: borrows all.
class Transaction {
public:
    Transaction(ServiceTable& services, CanaryWatch& canaries, RetiredVersions& retired, Log& log)
        : services_(services), canaries_(canaries), retired_(retired), log_(log) {}

    // Makes what commit() needs of memory and threads. Touches nothing that serves.
    // Throws: std::exception.
    void prepare(std::vector<PreparedStep>& steps);
    // Cannot fail: needs no memory, no descriptor and no thread that was not prepared; only the
    // mark of a probation, which can be missing. Returns what is to be told besides, one line
    // each: a socket option that the kernel refused. Requires: prepare() of the same steps.
    std::vector<std::string> commit(std::vector<PreparedStep>& steps) noexcept;

private:
    void prepareNew(const PreparedStep& prepared);
    void prepareReplacing(PreparedStep& prepared);

    // First everything lets go of what others take over, then everybody takes.
    void letGo(const PreparedStep& prepared) noexcept;
    void take(PreparedStep& prepared) noexcept;
    void take(const step::Keep& step, PreparedStep& prepared) noexcept;
    void take(const step::Start&, PreparedStep& prepared) noexcept { serve(prepared); }
    void take(const step::Change&, PreparedStep& prepared) noexcept { serve(prepared); }
    void take(const step::Stop&, PreparedStep& prepared) noexcept { disable(prepared); }
    static void take(const step::Remove&, PreparedStep&) noexcept {}

    void disable(PreparedStep& prepared) noexcept;
    void serve(PreparedStep& prepared) noexcept;
    void retune(const PreparedStep& prepared) noexcept;
    // Begins the probation of a new generation that takes the place of another one.
    void watchNew(PreparedStep& prepared) noexcept;
    // Null when it cannot be made, which is told.
    [[nodiscard]] std::unique_ptr<ProbationMark> markOf(const std::string& service,
                                                        const Generation& tried,
                                                        const Generation& before) noexcept;

    ServiceTable& services_;
    CanaryWatch& canaries_;
    RetiredVersions& retired_;
    Log& log_;
    ServiceMap added_;  // that were not there before
    std::vector<std::string> notes_;
};

}  // namespace berth::host
