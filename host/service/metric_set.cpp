// host/service/metric_set.cpp
#include "host/service/metric_set.h"

namespace berth::host {

template <class Metric>
Metric& MetricSet::find(Entries<Metric>& entries, std::string_view name, std::string_view help) {
    const std::lock_guard lock(mutex_);
    auto found = entries.find(name);
    if (found == entries.end()) {
        found = entries.try_emplace(std::string(name)).first;
        found->second.help = help;
    }
    return found->second.metric;
}

Counter& MetricSet::counter(std::string_view name, std::string_view help) {
    return find(counters_, name, help);
}

Gauge& MetricSet::gauge(std::string_view name, std::string_view help) {
    return find(gauges_, name, help);
}

std::vector<MetricStatus> MetricSet::values() const {
    const std::lock_guard lock(mutex_);
    std::vector<MetricStatus> values;
    for (const auto& [name, entry] : counters_) {
        values.push_back({name, entry.help, static_cast<std::int64_t>(entry.metric.value()), true});
    }
    for (const auto& [name, entry] : gauges_) {
        values.push_back({name, entry.help, entry.metric.value(), false});
    }
    return values;
}

}  // namespace berth::host
