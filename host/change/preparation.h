// host/change/preparation.h - makes the parts that a plan needs, before anything is touched.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/change/canary_watch.h"
#include "host/change/plan.h"
#include "host/change/retired_versions.h"
#include "host/listen/listener.h"
#include "host/service/host_resources.h"

namespace berth::host {

// One step with all it needs to be committed.
struct PreparedStep {
    PlanStep step;
    std::shared_ptr<RunningService> service;   // a new one for a service that was not there
    Engine::Listeners listeners{};             // of a service that is to serve
    std::unique_ptr<PreparedService> parts{};  // of one that is enabled
    // --- made and filled in by the transaction ---
    ServiceConfig config{};                           // what it is told to be
    ServiceConfig before{};                           // what it was
    CanaryWatch::Cases trial{};                       // of a new version that is to be watched
    RetiredVersions::Entries retired{};               // of the version that is replaced
    std::weak_ptr<const DeployedVersion> replaced{};  // that version

    // Whether it may take the place of something that has clients.
    [[nodiscard]] bool replacing() const noexcept {
        return std::holds_alternative<step::Start>(step) ||
               std::holds_alternative<step::Change>(step);
    }
};

// Lets services make their objects and engines for a plan, and opens listeners. Destroyed without a
// commit, it takes back all that it made; what runs was never touched.
//
// Threads: one.
class Preparation {
public:
    Preparation(Catalog& catalog, HostResources& resources, const ServiceMap& running);

    // Throws: PluginError, ListenError or std::exception, with the service's name in the text.
    void prepare(const Plan& plan);

    [[nodiscard]] std::vector<PreparedStep>& steps() noexcept { return steps_; }

private:
    void prepareStep(const PlanStep& step);
    void prepare(step::Keep& step, PreparedStep& prepared);
    void prepare(step::Start& step, PreparedStep& prepared);
    void prepare(step::Change& step, PreparedStep& prepared);
    void listen(const ServiceConfig& config, PreparedStep& prepared);
    static void prepare(const step::Stop&, PreparedStep&) {}
    static void prepare(const step::Remove&, PreparedStep&) {}
    [[nodiscard]] Engine::Listeners listeners(const ServiceConfig& config,
                                              const Engine::Listeners& own);
    // The open listener that the plan takes from a service, maybe from this one.
    [[nodiscard]] std::shared_ptr<Listener> handedOver(const ListenAddress& address) const;
    // A new one, also where listeners that the plan closes are in the way: until it is open they
    // share their port, so that at no time nobody listens.
    [[nodiscard]] std::shared_ptr<Listener> open(const ListenAddress& address,
                                                 const ServiceConfig& config) const;
    // The listeners that the plan may close.
    [[nodiscard]] Engine::Listeners closing() const;
    // Throws: ListenError when another service has one of them.
    void claim(const std::string& service, const Engine::Listeners& listeners);

    Catalog& catalog_;
    HostResources& resources_;
    const ServiceMap& running_;
    std::vector<std::pair<std::string, ListenAddress>> released_;  // what services close
    std::map<const Listener*, std::string> owners_;                // with the plan carried out
    std::vector<PreparedStep> steps_;
};

}  // namespace berth::host
