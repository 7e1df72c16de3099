// plugins/upload/state_file.h - the file that holds a PartState and is the lock of its part.
#pragma once

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
    };
    // Looks without locking, so that it is in nobody's way.
    [[nodiscard]] static Seen look(const Directory& states, const std::string& name);

    [[nodiscard]] std::optional<PartState> read() const;
    void write(const PartState& state) const;

private:
    explicit StateFile(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

}  // namespace berth::upload
