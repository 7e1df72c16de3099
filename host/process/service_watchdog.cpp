// host/process/service_watchdog.cpp
#include "host/process/service_watchdog.h"

#include <charconv>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "host/listen/service_notification.h"

namespace berth::host {
namespace {

using std::chrono::microseconds;

// Zero: nobody watches. WATCHDOG_PID is not asked: after an upgrade it names the process before.
microseconds watchdogTime() {
    const char* const value = std::getenv("WATCHDOG_USEC");
    const std::string_view text = value == nullptr ? "" : value;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool number = error == std::errc{} && end == text.data() + text.size() && count > 0;
    return microseconds(number ? count : 0);
}

}  // namespace

ServiceWatchdog::ServiceWatchdog(Checks checks) : checks_(std::move(checks)) {
    const auto time = watchdogTime();
    if (time.count() == 0) return;
    thread_ = std::jthread([this, time](const std::stop_token& stop) { feed(stop, time / 2); });
}

void ServiceWatchdog::feed(const std::stop_token& stop, microseconds interval) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    do {
        if (!checks_.loopsTurn() || !answered_.exchange(false)) continue;
        notifyServiceManager("WATCHDOG=1");
        checks_.askMainLoop();
    } while (!never.wait_for(lock, stop, interval, [] { return false; }) && !stop.stop_requested());
}

}  // namespace berth::host
