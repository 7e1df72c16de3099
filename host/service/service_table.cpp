// host/service/service_table.cpp
#include "host/service/service_table.h"

#include <algorithm>
#include <utility>

namespace berth::host {

ServiceMap ServiceTable::all() const {
    const detail::Lock lock(mutex_);
    return services_;
}

std::shared_ptr<RunningService> ServiceTable::find(std::string_view name) const {
    const detail::Lock lock(mutex_);
    const auto found = services_.find(name);
    return found == services_.end() ? nullptr : found->second;
}

std::vector<std::string> ServiceTable::names() const {
    const detail::Lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& name : order_) {
        if (services_.contains(name)) names.push_back(name);
    }
    for (const auto& [name, service] : services_) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
    return names;
}

std::vector<ServiceConfig> ServiceTable::configurations() const {
    std::vector<std::shared_ptr<RunningService>> ordered;
    {
        const detail::Lock lock(mutex_);
        for (const auto& name : order_) {
            const auto found = services_.find(name);
            if (found != services_.end()) ordered.push_back(found->second);
        }
    }
    std::vector<ServiceConfig> result;
    for (const auto& service : ordered) result.push_back(service->config());
    return result;
}

void ServiceTable::add(ServiceMap services) noexcept {
    const detail::Lock lock(mutex_);
    services_.merge(services);
}

void ServiceTable::erase(std::string_view name) noexcept {
    std::shared_ptr<RunningService> gone;  // destroyed after the lock
    const detail::Lock lock(mutex_);
    const auto found = services_.find(name);
    if (found == services_.end()) return;
    gone = std::move(found->second);
    services_.erase(found);
}

void ServiceTable::setOrder(std::vector<std::string> order) noexcept {
    const detail::Lock lock(mutex_);
    order_.swap(order);
    std::erase_if(stopped_, [this](const std::string& name) BERTH_REQUIRES(mutex_) {
        return std::ranges::find(order_, name) == order_.end();
    });
}

void ServiceTable::keepStopped(std::string_view name) {
    const detail::Lock lock(mutex_);
    stopped_.emplace(name);
}

void ServiceTable::forgetStopped(std::string_view name) noexcept {
    const detail::Lock lock(mutex_);
    if (const auto found = stopped_.find(name); found != stopped_.end()) stopped_.erase(found);
}

ServiceNames ServiceTable::stoppedByOperator() const {
    const detail::Lock lock(mutex_);
    return stopped_;
}

}  // namespace berth::host
