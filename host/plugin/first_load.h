// host/plugin/first_load.h - opens a plugin in a process of its own before the host does.
#pragma once

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "berth/detail/mutex.h"
#include "host/plugin/staged_file.h"

namespace berth::host {

// The option of berthd for such a process: --open-plugin FILE.
inline constexpr const char* kOpenPluginOption = "--open-plugin";

// Static initialisers run while the loader holds a lock that other threads need, to make a
// thread_local too: one that hangs there would stop loops, one that crashes or calls exit() ends
// the process. So a child tries first; what it survived the host opens itself. Files of the same
// content are tried once. What an initialiser does in the host alone is beyond this.
//
// Threads: any.
class FirstLoad {
public:
    // `program`: berthd. Empty: nothing is tried. `limit`: what the child may take.
    FirstLoad(std::filesystem::path program, std::chrono::milliseconds limit)
        : program_(std::move(program)), limit_(limit) {}

    // `source` begins the message. Throws: PluginError when the child did not come back in order.
    void require(const StagedFile& staged, const std::filesystem::path& source);

private:
    void attempt(const std::filesystem::path& file, const std::filesystem::path& source) const;

    const std::filesystem::path program_;
    const std::chrono::milliseconds limit_;
    detail::Mutex mutex_;
    std::set<std::string> good_ BERTH_GUARDED_BY(mutex_);  // digests
};

// What the child does; its exit code.
[[nodiscard]] int openPluginOnTrial(const char* file);

}  // namespace berth::host
