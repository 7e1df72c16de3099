// host/service/metric_set.cpp
#include "host/service/metric_set.h"

namespace berth::host {

template <class Metric>
Metric& MetricSet::find(Entries<Metric>& entries, std::string_view name, std::string_view help) {
    auto found = entries.find(name);
    if (found == entries.end()) {
        found = entries.try_emplace(std::string(name)).first;
        found->second.help = help;
    }
    return found->second.metric;
}

Counter& MetricSet::counter(std::string_view name, std::string_view help) {
    const detail::Lock lock(mutex_);
    return find(counters_, name, help);
}

Gauge& MetricSet::gauge(const void* life, std::string_view name, std::string_view help) {
    const detail::Lock lock(mutex_);
    return find(gauges_, name, help)[life];
}

void MetricSet::forget(const void* life) noexcept {
    const detail::Lock lock(mutex_);
    for (auto& [name, entry] : gauges_) entry.metric.erase(life);
}

std::vector<MetricStatus> MetricSet::values() const {
    const detail::Lock lock(mutex_);
    std::vector<MetricStatus> values;
    for (const auto& [name, entry] : counters_) {
        values.push_back({name, entry.help, static_cast<std::int64_t>(entry.metric.value()), true});
    }
    for (const auto& [name, entry] : gauges_) {
        std::int64_t sum = 0;
        for (const auto& [life, gauge] : entry.metric) sum += gauge.value();
        values.push_back({name, entry.help, sum, false});
    }
    return values;
}

}  // namespace berth::host
