// host/service/service_table.h - the services that the host has, by name.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "berth/detail/mutex.h"
#include "host/service/running_service.h"

namespace berth::host {

using ServiceNames = std::set<std::string, std::less<>>;

// Threads: any; add(), erase() and setOrder() by who has the turn of a change (ChangeTurns). No
// lock is held while a service is asked for something.
class ServiceTable {
public:
    [[nodiscard]] ServiceMap all() const;
    // Null when there is none.
    [[nodiscard]] std::shared_ptr<RunningService> find(std::string_view name) const;
    // As in the files; then removed ones that still drain.
    [[nodiscard]] std::vector<std::string> names() const;
    // Of the services that are in the files, in their order.
    [[nodiscard]] std::vector<ServiceConfig> configurations() const;

    // Adds services that were not there.
    void add(ServiceMap services) noexcept;
    void erase(std::string_view name) noexcept;
    // The services of the files. Who stays stopped is forgotten of all others.
    void setOrder(std::vector<std::string> order) noexcept;

    // Who was stopped by an operator, and not started since.
    void keepStopped(std::string_view name);
    void forgetStopped(std::string_view name) noexcept;
    [[nodiscard]] ServiceNames stoppedByOperator() const;

private:
    mutable detail::Mutex mutex_;
    ServiceMap services_ BERTH_GUARDED_BY(mutex_);
    std::vector<std::string> order_ BERTH_GUARDED_BY(mutex_);
    ServiceNames stopped_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
