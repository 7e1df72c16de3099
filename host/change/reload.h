// host/change/reload.h - puts the configuration file in force as it is by now.
#pragma once

#include <optional>

#include "host/change/reconciler.h"
#include "host/log/log_system.h"

namespace berth::host {

// Threads: the caller of run() has the turn of a change. Lifetime: borrows both.
class Reload {
public:
    Reload(Reconciler& reconciler, LogSystem& logs) : reconciler_(reconciler), logs_(logs) {}

    ChangeResult run(bool allowEmpty);
    [[nodiscard]] ChangeResult plan() const;

private:
    [[nodiscard]] Resolution resolve(const ConfigResult& read) const;
    // Why it failed; nothing: it did not.
    [[nodiscard]] std::optional<ChangeResult> reconfigureLogs(const HostOptions& options);
    void restoreLogs(const HostOptions& options, LogLevel level, ChangeResult& result);

    Reconciler& reconciler_;
    LogSystem& logs_;
};

}  // namespace berth::host
