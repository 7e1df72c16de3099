// host/service/metric_set.h - the counters and gauges of one service over all its lives.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "berth/metrics.h"
#include "host/service/service_status.h"

namespace berth::host {

// Counters go on over restarts. A gauge is of one life of the service, since the old life and the
// new one would overwrite each other's; its value is the sum over those that there are.
//
// Threads: any. Lifetime: a counter lives as long as the set, a gauge until forget().
class MetricSet {
public:
    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help);
    // `life` tells the lives apart; nothing of it is looked at.
    [[nodiscard]] Gauge& gauge(const void* life, std::string_view name, std::string_view help);
    // The life is over, and its gauges count no more.
    void forget(const void* life) noexcept;
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
    using GaugeOfEach = std::map<const void*, Gauge>;

    template <class Metric>
    static Metric& find(Entries<Metric>& entries, std::string_view name, std::string_view help);

    mutable detail::Mutex mutex_;
    Entries<Counter> counters_ BERTH_GUARDED_BY(mutex_);
    Entries<GaugeOfEach> gauges_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
