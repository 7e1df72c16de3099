// plugins/upload/part.cpp
#include "upload/part.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

#include "berth/detail/require.h"
#include "berth/detail/uninterrupted.h"
#include "upload/system_call.h"

namespace berth::upload {
namespace {

constexpr mode_t kPartMode = 0600;

}  // namespace

std::optional<std::uint64_t> trustedSize(const std::optional<PartState>& state,
                                         const std::optional<struct stat>& part) {
    if (!state || !part || !S_ISREG(part->st_mode)) return std::nullopt;
    auto size = static_cast<std::uint64_t>(part->st_size);
    if (!isOfThisBoot(*state)) {
        // One with a second name is published: not every file system undoes both halves of a
        // rename, or none.
        if (state->safe == 0 || part->st_nlink != 1) return std::nullopt;
        size = std::min(size, state->safe);
    }
    if (size > state->fileSize) return std::nullopt;
    return size;
}

std::optional<Part> Part::lock(const Workspace& workspace, const std::string& name) {
    auto file = StateFile::lock(workspace.states, name);
    if (!file) return std::nullopt;
    Part part(workspace, name, *std::move(file));
    try {
        part.load();
    } catch (const std::exception&) {
        part.file_.reset();  // stays: it counts again when the part can be opened
        throw;
    }
    return part;
}

Part::Part(const Workspace& workspace, std::string name, StateFile file)
    : workspace_(&workspace), name_(std::move(name)), file_(std::move(file)) {}

Part::Part(Part&& other) noexcept
    : workspace_(other.workspace_),
      name_(std::move(other.name_)),
      file_(std::exchange(other.file_, std::nullopt)),
      state_(std::exchange(other.state_, std::nullopt)),
      fd_(std::move(other.fd_)) {}

Part::~Part() {
    if (!file_ || state_) return;
    try {
        file_->clear();
        workspace_->states.remove(name_);
    } catch (const std::exception&) {
        // A state without a part means nothing; who has the name next tries again.
        file_.reset();
    }
}

void Part::load() {
    auto state = file_->read();
    const auto size = trustedSize(state, workspace_->parts.find(name_));
    if (!size) return workspace_->parts.remove(name_);
    fd_ = workspace_->parts.open(name_, O_RDWR);
    if (!fd_) return;
    if (this->size() > *size && detail::resizeFile(fd_.value(), static_cast<off_t>(*size)) != 0) {
        throwLastError("cannot shorten a part");
    }
    state_ = std::move(state);
}

std::uint64_t Part::size() const {
    struct stat entry {};
    if (!fd_) return 0;
    if (::fstat(fd_.value(), &entry) != 0) throwLastError("cannot look at a part");
    return static_cast<std::uint64_t>(entry.st_size);
}

void Part::restart(PartState state) {
    workspace_->parts.remove(name_);
    state.boot = currentBoot();
    file_->write(state);
    fd_ = workspace_->parts.open(name_, O_RDWR | O_CREAT | O_EXCL, kPartMode);
    state_ = std::move(state);
}

void Part::resume(const std::string& sha256) {
    BERTH_REQUIRE(state_);
    if (!sha256.empty()) state_->sha256 = sha256;
    state_->boot = currentBoot();
    file_->write(*state_);
    if (::lseek(fd_.value(), 0, SEEK_END) < 0) throwLastError("cannot go to the end of a part");
}

void Part::sync() {
    if (detail::syncFile(fd_.value()) != 0) throwLastError("cannot sync a part");
}

void Part::settle() {
    BERTH_REQUIRE(state_);
    const auto stored = size();
    if (state_->safe == stored) return file_->sync();
    sync();
    // The name, too, before the state tells of it: on disk it may still be that of an older part.
    workspace_->parts.sync();
    state_->safe = stored;
    state_->boot = currentBoot();
    file_->write(*state_);
}

void Part::complete(mode_t mode) {
    if (::fchmod(fd_.value(), mode) != 0) throwLastError("cannot set the mode of a part");
    sync();
}

bool Part::publish(const Directory& directory, Directory::Existing existing) {
    BERTH_REQUIRE(fd_);
    if (!workspace_->parts.move(name_, directory, existing)) return false;
    state_.reset();
    return true;
}

void Part::remove() {
    workspace_->parts.remove(name_);
    state_.reset();
}

}  // namespace berth::upload
