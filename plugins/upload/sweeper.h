// plugins/upload/sweeper.h - removes what nobody goes on with from a workspace.
#pragma once

#include <chrono>
#include <string>

#include "berth/log.h"
#include "upload/space.h"
#include "upload/workspace.h"

namespace berth::upload {

// Threads:  any.
// Lifetime: borrows the log.
class Sweeper {
public:
    Sweeper(std::chrono::milliseconds partialTtl, Log& log) : partialTtl_(partialTtl), log_(log) {}

    enum class Foreign { Name, LeaveUnnamed };
    // Removes parts that did not grow for long, what an ended program left of a part, and the bytes
    // that a power failure left without use. What is no file of ours, or cannot be used, is left
    // alone.
    void sweep(const Workspace& workspace, Space& space, Foreign foreign) const;

private:
    void sweepName(const Workspace& workspace, Space& space, const std::string& name) const;

    const std::chrono::milliseconds partialTtl_;
    Log& log_;
};

}  // namespace berth::upload
