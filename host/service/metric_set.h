// host/service/metric_set.h - the counters and gauges of one service, kept over restarts.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "berth/metrics.h"
#include "host/status.h"

namespace berth::host {

// Threads: any. Lifetime: what it hands out lives as long as the set.
class MetricSet {
public:
    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help);
    [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help);
    // By name, the counters first.
    [[nodiscard]] std::vector<MetricStatus> values() const;

private:
    template <class Metric>
    struct Entry {
        std::string help;
        Metric metric;
    };
    template <class Metric>
    using Entries = std::map<std::string, Entry<Metric>, std::less<>>;

    template <class Metric>
    Metric& find(Entries<Metric>& entries, std::string_view name, std::string_view help);

    mutable std::mutex mutex_;
    Entries<Counter> counters_;
    Entries<Gauge> gauges_;
};

}  // namespace berth::host
