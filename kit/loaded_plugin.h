// kit/loaded_plugin.h - the plugin under test, loaded as the host loads it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "berth/context.h"
#include "host/plugin/hosted_service.h"
#include "host/plugin/staging_folder.h"
#include "kit/reporter.h"
#include "kit/test_failed.h"
#include "kit/test_plan.h"

namespace berth::kit {

// Loads the file again and again, each time as a generation of its own.
// Threads: one.
class PluginLoader {
public:
    PluginLoader(const TestPlan& plan, Reporter& reporter)
        : plan_(plan), reporter_(reporter), staging_(plan.staging) {}

    // Throws: TestFailed (`load`).
    [[nodiscard]] std::shared_ptr<host::Generation> load();
    // Throws: TestFailed (`settings`) with what is wrong with the plan's settings.
    void requireSettings(const host::Generation& generation) const;
    // Throws: TestFailed (`create`).
    [[nodiscard]] std::unique_ptr<host::HostedService> create(
        const std::shared_ptr<host::Generation>& generation, Context& context) const;
    // Stops and destroys; reports `throws-in-stop` and `slow-stop`. False when it reported.
    bool retire(std::unique_ptr<host::HostedService> service) const;
    // Lets the last owner go; reports `unload` when the code stays. False when it does.
    bool unload(std::shared_ptr<host::Generation> generation) const;

private:
    const TestPlan& plan_;
    Reporter& reporter_;
    const host::StagingFolder staging_;
    std::uint64_t number_ = 0;
    std::shared_ptr<host::UnloadReport> last_ = std::make_shared<host::UnloadReport>();
};

}  // namespace berth::kit
