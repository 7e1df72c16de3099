// host/change/transaction.h - puts prepared steps in force.
#pragma once

#include <string>
#include <vector>

#include "berth/log.h"
#include "host/change/canary_watch.h"
#include "host/change/preparation.h"
#include "host/service/service_table.h"

namespace berth::host {

inline constexpr const char* kStoppedByOperator = "stopped by an operator";

// Threads: one change at a time. Lifetime: borrows all.
class Transaction {
public:
    Transaction(ServiceTable& services, CanaryWatch& canaries, Log& log)
        : services_(services), canaries_(canaries), log_(log) {}

    // Needs no memory to speak of, no descriptor and no thread that was not prepared. Returns what
    // is to be told besides, one line each: a socket option that the kernel refused.
    std::vector<std::string> commit(std::vector<PreparedStep>& steps);

private:
    // First everything lets go of what others take over, then everybody takes.
    void letGo(const PreparedStep& prepared);
    void take(PreparedStep& prepared);
    void take(const step::Keep& step, PreparedStep& prepared);
    void take(const step::Start& step, PreparedStep& prepared);
    void take(const step::Change& step, PreparedStep& prepared);
    void take(const step::Stop& step, PreparedStep& prepared);
    static void take(const step::Remove&, PreparedStep&) {}

    void serve(const ServiceConfig& config, PreparedStep& prepared);
    void retune(const ServiceConfig& config, const PreparedStep& prepared);
    // Begins the probation of a new generation that takes the place of another one.
    void watchNew(const ServiceConfig& config, const PreparedStep& prepared);

    ServiceTable& services_;
    CanaryWatch& canaries_;
    Log& log_;
    std::vector<std::string> notes_;
};

}  // namespace berth::host
