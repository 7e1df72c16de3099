// plugins/upload/part.h - the stored beginning of one file, held by one writer.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "upload/state_file.h"
#include "upload/workspace.h"

namespace berth::upload {

// Threads:  one at a time.
// Lifetime: borrows the Workspace. What was written stays when the object goes.
// Throws:   std::system_error.
class Part {
public:
    // Nothing when somebody else holds the name.
    [[nodiscard]] static std::optional<Part> lock(const Workspace& workspace,
                                                  const std::string& name);
    Part(Part&& other) noexcept;
    Part& operator=(Part&&) = delete;
    ~Part();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    // Nothing when nothing that can be trusted is stored.
    [[nodiscard]] const std::optional<PartState>& state() const noexcept { return state_; }
    // The bytes that are stored; 0 without a state.
    [[nodiscard]] std::uint64_t size() const;
    // Open for reading and writing, at its end. Requires: restart() or resume() was called.
    [[nodiscard]] int descriptor() const noexcept { return fd_.value(); }

    // Forgets what is stored and begins a file. The state's `boot` is filled in.
    void restart(PartState state);
    // Goes on behind what is stored, with the digest of the whole file when it is known only now.
    // Requires: a state.
    void resume(const std::string& sha256);

    // Lets every service on the folder know how large the file will be, until this object goes.
    void promise(std::uint64_t fileSize) { file_->promise(fileSize); }
    // Somebody else wants to go on with the file.
    [[nodiscard]] bool isClaimed() const { return file_->isClaimed(); }

    // What is stored outlasts a power failure, and this is remembered.
    void settle();
    // The file is as it will be published, and all of it on disk.
    void complete(mode_t mode);

    // Gives the part its name in the directory, which is still to be synced. Requires: complete().
    // False when the name is taken and must be kept.
    [[nodiscard]] bool publish(const Directory& directory, Directory::Existing existing);
    void remove();

private:
    Part(const Workspace& workspace, std::string name, StateFile file);
    void load();
    void sync();

    const Workspace* workspace_;
    std::string name_;
    std::optional<StateFile> file_;
    std::optional<PartState> state_;
    UniqueFd fd_;
};

// How many bytes of a part can be trusted: nothing when nobody can go on with it.
[[nodiscard]] std::optional<std::uint64_t> trustedSize(const std::optional<PartState>& state,
                                                       const std::optional<struct stat>& part);

}  // namespace berth::upload
