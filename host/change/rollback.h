// host/change/rollback.h - what serves again after a new version failed its probation.
#pragma once

#include <memory>

#include "host/change/applied_config.h"
#include "host/change/canary_watch.h"
#include "host/change/change_turns.h"
#include "host/change/retired_versions.h"
#include "host/plugin/catalog.h"

namespace berth::host {

// Lifetime: borrows all.
class Rollback {
public:
    Rollback(ChangeTurns& turns, Catalog& catalog, const AppliedConfig& applied,
             RetiredVersions& retired)
        : turns_(turns), catalog_(catalog), applied_(applied), retired_(retired) {}

    // New clients go to the previous version by now: what is told of the service is again what
    // serves. Waits for a change that is under way. May be called again when it throws.
    void finish(const std::shared_ptr<RunningService>& service, const DeployedVersionPtr& failed,
                const CanaryWatch::Previous& previous) const;

private:
    // Lets go of the one that failed, if `load` holds it, and holds `again`, if that came by
    // `load`.
    void holdAgain(const ServiceConfig& service, const std::shared_ptr<Generation>& failed,
                   const std::shared_ptr<Generation>& again) const;

    ChangeTurns& turns_;
    Catalog& catalog_;
    const AppliedConfig& applied_;
    RetiredVersions& retired_;
};

}  // namespace berth::host
