// host/upgrade/predecessors.h - the processes that this one took over from, while they drain.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "berth/log.h"
#include "host/service/service_status.h"
#include "host/upgrade/channel.h"

namespace berth::host {

// Asks them for their clients, and to cut some. One that does not answer in time is passed over,
// which is logged; one that has ended is forgotten.
//
// Threads:  any; one question at a time.
// Lifetime: the log lives longer.
class Predecessors {
public:
    explicit Predecessors(Log& log) : log_(log) {}

    struct Process {
        long pid = 0;
        UpgradeChannel channel;
    };
    static constexpr std::chrono::milliseconds kPatience{1000};  // for one process
    // To cut: it waits two seconds itself for handlers that end.
    static constexpr std::chrono::milliseconds kCutPatience{4000};

    void add(Process process);
    // Their numbers, oldest first.
    [[nodiscard]] std::vector<long> pids();
    // Of one service, or of all when `service` is empty; each with its process.
    [[nodiscard]] std::vector<ConnectionStatus> connections(std::string_view service);
    // The process that had the connection and cut it.
    std::optional<long> kill(std::uint64_t id);
    // How many were cut.
    std::size_t killService(std::string_view service);

    // For the one that takes over from this process, which asks them from then on. The descriptors
    // stay this object's.
    struct Passed {
        std::string pids;  // a number and a line end each
        std::vector<int> descriptors;
    };
    [[nodiscard]] Passed passOn();

private:
    // The answer; nothing when there was none. `parts` are those before it.
    std::optional<std::string> ask(const Process& process, const std::string& question,
                                   std::chrono::milliseconds patience,
                                   std::vector<std::string>* parts = nullptr)
        BERTH_REQUIRES(mutex_);
    std::optional<std::string> talk(const Process& process, const std::string& question,
                                    std::chrono::milliseconds patience,
                                    std::vector<std::string>* parts) BERTH_REQUIRES(mutex_);
    void forgetEnded() BERTH_REQUIRES(mutex_);

    Log& log_;
    detail::Mutex mutex_;
    std::vector<Process> processes_ BERTH_GUARDED_BY(mutex_);
    std::uint64_t lastQuestion_ BERTH_GUARDED_BY(mutex_) = 0;
};

}  // namespace berth::host
