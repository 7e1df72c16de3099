// plugins/upload/state_file.h - the file that holds a PartState and is the lock of its part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "upload/directory.h"
#include "upload/part_state.h"

namespace berth::upload {

// An open state file. The lock belongs to the open file, not to the process: two services, and two
// generations of one, keep each other out as two programs do, and a killed program's lock is gone.
//
// Threads: one at a time.
// Throws:  std::system_error.
class StateFile {
public:
    // Makes the file when it is missing. Nothing when somebody else holds the lock.
    [[nodiscard]] static std::optional<StateFile> lock(const Directory& states,
                                                       const std::string& name);
    StateFile(StateFile&&) noexcept = default;
    StateFile& operator=(StateFile&&) = delete;
    ~StateFile();

    struct Seen {
        std::optional<PartState> state;
        bool locked = false;
        std::uint64_t promised = 0;  // how large the holder's file will be
    };
    // Looks without locking, so that it is in nobody's way.
    [[nodiscard]] static Seen look(const Directory& states, const std::string& name);

    [[nodiscard]] std::optional<PartState> read();
    // What tells of safe bytes is on disk on return, and so is what takes its place: else, after a
    // power failure, it would be taken for the state of another part of the name.
    void write(const PartState& state);
    // Makes nothing of what it tells.
    void clear();
    void sync() const;

    // Shown to whoever looks, until the lock goes.
    void promise(std::uint64_t fileSize) const;
    // Somebody else waits for the lock.
    [[nodiscard]] bool isClaimed() const;

private:
    explicit StateFile(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
    bool tellsOfSafeBytes_ = false;  // the disk may
};

// The wish to have a lock that somebody else holds. The holder sees it while it lives.
//
// Threads: one at a time.
// Throws:  std::system_error.
class Claim {
public:
    // Nothing when nobody holds the lock, or somebody else claims it already.
    [[nodiscard]] static std::optional<Claim> make(const Directory& states,
                                                   const std::string& name);
    Claim(Claim&&) noexcept = default;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

private:
    explicit Claim(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

}  // namespace berth::upload
