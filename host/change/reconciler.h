// host/change/reconciler.h - makes what runs equal to what is wanted.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "host/change/applied_config.h"
#include "host/change/change_result.h"
#include "host/change/change_turns.h"
#include "host/change/drain.h"
#include "host/change/plan.h"
#include "host/change/resolution.h"
#include "host/fiber/hang_watch.h"
#include "host/plugin/catalog.h"
#include "host/service/host_resources.h"

namespace berth::host {

[[nodiscard]] ChangeResult badConfiguration(const std::vector<Diagnostic>& diagnostics);

// One way for every change: what is wanted is resolved, compared with what runs, prepared, put in
// force, and what it replaced is retired. Until the third step has succeeded nothing is touched.
//
// Threads:  who calls apply(), carryOut() or onApplied() has the turn of a change (ChangeTurns);
// the
//           rest: any.
// Lifetime: borrows all.
class Reconciler {
public:
    using Limit = std::optional<std::chrono::milliseconds>;

    struct Parts {
        HostResources& resources;
        Catalog& catalog;
        ServiceTable& services;
        AppliedConfig& applied;
        const ChangeTurns& turns;
        HangWatch& hangs;
        RetiredVersions& retired;
        CanaryWatch& canaries;
    };

    explicit Reconciler(const Parts& parts) : parts_(parts) {}

    // `killAfter` in place of each drain_timeout bounds clients of replaced versions.
    ChangeResult apply(const HostConfig& wanted, Limit killAfter = {});
    // The same for what is resolved already.
    ChangeResult apply(const HostConfig& wanted, const Resolution& resolution,
                       Limit killAfter = {});
    // What apply() would do, line by line.
    [[nodiscard]] ChangeResult plan(const Resolution& resolution) const;
    // Prepares, commits and retires. On failure everything is as before.
    ChangeResult carryOut(const Plan& plan, Limit killAfter = {});

    [[nodiscard]] Resolver resolver(const HostOptions& options) const;
    // With its services.
    [[nodiscard]] HostConfig configuration() const;

    // Called now and after each configuration that was applied; by the thread that applied it,
    // which must not ask for a change in there.
    void onApplied(std::function<void(const HostConfig&)> callback);

    [[nodiscard]] Drain drain() const {
        return {parts_.services, parts_.canaries, parts_.retired, parts_.hangs};
    }

private:
    [[nodiscard]] Plan planFor(const Resolution& resolution) const;
    void tellApplied() noexcept;

    const Parts parts_;
    std::function<void(const HostConfig&)> onApplied_;
};

}  // namespace berth::host
