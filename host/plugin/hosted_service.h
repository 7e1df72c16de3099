// host/plugin/hosted_service.h - a Service together with the generation whose code it is.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "berth/abi.h"
#include "berth/context.h"
#include "berth/service.h"
#include "berth/setting_value.h"
#include "host/plugin/generation.h"

namespace berth::host {

// Holds the generation as long as the service lives: the service is destroyed first, then the
// generation is let go.
//
// Threads:  handle() of the service from any; make, stop and destroy from one at a time.
// Lifetime: the context outlives it. Destroy it after the last handle() returned.
class HostedService {
public:
    // Runs the plugin's code. Throws: PluginError, one line, with what the plugin said.
    HostedService(std::shared_ptr<Generation> generation, const std::string& kind,
                  const std::vector<SettingValue>& values, Context& context);
    HostedService(const HostedService&) = delete;
    HostedService& operator=(const HostedService&) = delete;
    // Stops the service unless stop() was called; what that throws goes to the context's log.
    ~HostedService();

    [[nodiscard]] Service& service() const noexcept { return *service_; }
    [[nodiscard]] const std::string& kind() const noexcept { return kind_; }
    [[nodiscard]] abi::Execution execution() const noexcept { return execution_; }
    [[nodiscard]] const std::shared_ptr<Generation>& generation() const noexcept {
        return generation_;
    }

    // Calls Service::stop() once; later calls do nothing. Call it when the last handle() returned.
    // Throws: PluginError when the plugin threw; the service counts as stopped all the same.
    void stop();
    // The same; what the plugin throws goes to the context's log.
    void stopAndLog();

private:
    using ServicePtr = std::unique_ptr<Service, void (*)(Service*) noexcept>;
    void selfTest();
    [[nodiscard]] Activity activity(std::string_view phase) const noexcept;
    template <class Call>
    void call(std::string_view phase, const char* failure, Call&& code);
    [[nodiscard]] ServicePtr create(const std::vector<SettingValue>& values) const;

    const std::shared_ptr<Generation> generation_;
    const std::string kind_;
    const abi::Execution execution_;
    Context& context_;
    ServicePtr service_;
    bool stopped_ = false;
};

}  // namespace berth::host
