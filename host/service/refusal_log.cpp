// host/service/refusal_log.cpp
#include "host/service/refusal_log.h"

#include <utility>

#include "host/log/log_system.h"

namespace berth::host {
namespace {

constexpr Rate kMostLines{20, std::chrono::seconds(1)};
constexpr std::chrono::seconds kLackPause{30};

}  // namespace

RefusalLog::RefusalLog(LogSystem& logs, std::string service)
    : logs_(logs), service_(std::move(service)), bucket_(kMostLines, Clock::now()) {}

RefusalLog::~RefusalLog() {
    tellLeftOut(leftOut_);
}

void RefusalLog::refused(std::string_view peer, Refusal reason, std::string_view detail,
                         Clock::time_point now) {
    std::uint64_t leftOut = 0;
    {
        const detail::Lock lock(mutex_);
        if (bucket_.take(now) > Clock::duration::zero()) {
            ++leftOut_;
            return;
        }
        leftOut = std::exchange(leftOut_, 0);
    }
    tellLeftOut(leftOut);
    std::string text = "refused " + std::string(peer) + ": " + std::string(toString(reason));
    if (!detail.empty()) text += ": " + std::string(detail);
    logs_.write(LogLevel::Warning, service_, text);
}

void RefusalLog::lacksThread(Clock::time_point now) {
    {
        const detail::Lock lock(mutex_);
        if (lackTold_ != Clock::time_point{} && now - lackTold_ < kLackPause) return;
        lackTold_ = now;
    }
    logs_.write(LogLevel::Error, service_,
                "no thread can be made for a client: he and those behind him wait until there is "
                "one; TasksMax=, RLIMIT_NPROC, RLIMIT_AS or memory bounds them");
}

void RefusalLog::tellLeftOut(std::uint64_t count) {
    if (count == 0) return;
    logs_.write(LogLevel::Warning, service_,
                "refused " + std::to_string(count) + " more clients, without a line for each");
}

}  // namespace berth::host
