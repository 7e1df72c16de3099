// host/service/service_context.h - the Context of a service in this host.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "berth/context.h"
#include "host/base/activity.h"
#include "host/fiber/off_loop.h"
#include "host/service/metric_set.h"

namespace berth::host {

// Shares log and counters with the lives of the service before and after; its gauges are its own.
class ServiceContext final : public Context {
public:
    ServiceContext(std::string name, std::shared_ptr<Log> log, std::shared_ptr<MetricSet> metrics)
        : name_(std::move(name)), log_(std::move(log)), metrics_(std::move(metrics)) {}
    ServiceContext(const ServiceContext&) = delete;
    ServiceContext& operator=(const ServiceContext&) = delete;
    ~ServiceContext() override { metrics_->forget(this); }

    [[nodiscard]] const std::shared_ptr<Log>& sharedLog() const noexcept { return log_; }
    void setDraining(bool draining) noexcept { draining_ = draining; }

    [[nodiscard]] std::string_view serviceName() const noexcept override { return name_; }
    [[nodiscard]] Log& log() noexcept override { return *log_; }
    [[nodiscard]] Counter& counter(std::string_view name, std::string_view help) override {
        return metrics_->counter(name, help);
    }
    [[nodiscard]] Gauge& gauge(std::string_view name, std::string_view help) override {
        return metrics_->gauge(this, name, help);
    }
    [[nodiscard]] bool draining() const noexcept override { return draining_; }

protected:
    void runBlocking(const std::function<void()>& work) override {
        const ActivityScope scope({.phase = "blocking()"});
        runOffLoop(work);
    }

private:
    const std::string name_;
    const std::shared_ptr<Log> log_;
    const std::shared_ptr<MetricSet> metrics_;
    std::atomic<bool> draining_{false};
};

}  // namespace berth::host
