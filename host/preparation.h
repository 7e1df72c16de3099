// host/preparation.h - makes the parts that a plan needs, before anything is touched.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/plan.h"
#include "host/plugin/catalog.h"
#include "host/service/running_service.h"

namespace berth::host {

// Services by name.
using ServiceMap = std::map<std::string, std::shared_ptr<RunningService>, std::less<>>;

// One step with all it needs; committing it opens no file and runs no plugin code.
struct PreparedStep {
    PlanStep step;
    std::shared_ptr<RunningService> service;  // a new one for a service that was not there
    PreparedService parts;
    std::weak_ptr<Deployment> replaced;  // what served before
};

// Builds plugins, service objects, listeners and engines for a plan. Destroyed without a commit,
// it takes back all that it made; what runs was never touched.
//
// Threads: one.
class Preparation {
public:
    Preparation(const HostOptions& host, Catalog& catalog, HostResources& resources,
                const ServiceMap& running);

    // Throws: PluginError, ListenError or std::exception, with the service's name in the text.
    void prepare(const Plan& plan);

    [[nodiscard]] std::vector<PreparedStep>& steps() noexcept { return steps_; }

private:
    void prepareStep(const PlanStep& step);
    [[nodiscard]] std::shared_ptr<Deployment> deployment(const ServiceConfig& config,
                                                         RunningService& service);
    [[nodiscard]] Engine::Listeners listeners(const ServiceConfig& config,
                                              const Engine::Listeners& own);
    // The open listener of a service that the plan takes it from.
    [[nodiscard]] std::shared_ptr<Listener> handedOver(const ListenAddress& address) const;

    PluginSearch search_;
    Catalog& catalog_;
    HostResources& resources_;
    const ServiceMap& running_;
    std::vector<ListenAddress> released_;  // what the plan's steps close
    std::vector<PreparedStep> steps_;
};

[[nodiscard]] ListenOptions listenOptions(const ServiceOptions& options);

}  // namespace berth::host
