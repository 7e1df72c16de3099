// plugins/upload/store.h - the directory of one service: what is there, and what may come.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "upload/directory.h"
#include "upload/incoming_file.h"
#include "upload/request.h"
#include "upload/settings.h"
#include "upload/space.h"
#include "upload/workspace.h"

namespace berth::upload {

// What is known of a name.
struct FileStatus {
    std::string name;
    bool complete = false;
    std::uint64_t offset = 0;               // bytes stored: where to go on
    std::optional<std::uint64_t> fileSize;  // nothing when nothing is stored
    bool busy = false;                      // somebody sends it right now
};

// Threads: any. Every function waits for the disk: call through Context::blocking().
// Throws:  Refusal; std::system_error.
class Store {
public:
    // Removes expired parts. Throws: std::system_error when the directory cannot be used.
    explicit Store(const Settings& settings);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Locks the name, promises the room, and opens the file where the client goes on.
    [[nodiscard]] IncomingFile begin(const Request& request);
    [[nodiscard]] FileStatus status(const std::string& filename);

    // Makes what is unfinished outlast a power failure. For the end of a service.
    void settle();

private:
    [[nodiscard]] std::string nameOf(const std::string& filename) const;
    [[nodiscard]] Destination destination() const;
    [[nodiscard]] std::optional<FileStatus> unfinished(const std::string& name) const;
    [[nodiscard]] std::uint64_t countBytes(const std::set<std::string>& exceptParts) const;
    [[nodiscard]] bool sweepIsDue();
    void sweep();
    void sweepName(const std::string& name);

    const Settings settings_;
    const Directory directory_;
    const Workspace workspace_;
    Space space_;

    std::mutex sweepMutex_;
    std::chrono::steady_clock::time_point lastSweep_;
};

}  // namespace berth::upload
