// host/service/refusal_log.h - a line for each client that is not served, but not for a flood.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "berth/detail/mutex.h"
#include "host/admission/admission.h"
#include "host/admission/token_bucket.h"

namespace berth::host {

class LogSystem;

// `refused PEER: REASON`, at most 20 in a second; how many were left out is told with the next one
// that is written, and at the end.
//
// Threads:  any.
// Lifetime: the log system lives longer.
class RefusalLog {
public:
    using Clock = TokenBucket::Clock;

    RefusalLog(LogSystem& logs, std::string service);
    RefusalLog(const RefusalLog&) = delete;
    RefusalLog& operator=(const RefusalLog&) = delete;
    ~RefusalLog();

    // `detail`: more than the reason says; may be empty.
    void refused(std::string_view peer, Refusal reason, std::string_view detail = {},
                 Clock::time_point now = Clock::now());
    // No thread can be made for a client, which waits for one: told once in a while.
    void lacksThread(Clock::time_point now = Clock::now());

private:
    void tellLeftOut(std::uint64_t count);

    LogSystem& logs_;
    const std::string service_;
    detail::Mutex mutex_;
    TokenBucket bucket_ BERTH_GUARDED_BY(mutex_);
    std::uint64_t leftOut_ BERTH_GUARDED_BY(mutex_) = 0;
    Clock::time_point lackTold_ BERTH_GUARDED_BY(mutex_) = {};
};

}  // namespace berth::host
