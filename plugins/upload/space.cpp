// plugins/upload/space.cpp
#include "upload/space.h"

#include <algorithm>

#include "upload/refusal.h"

namespace berth::upload {
namespace {

constexpr int kCountAttempts = 3;

// Files that an operator removed may have been counted: never below nothing.
void subtract(std::uint64_t& value, std::uint64_t amount) {
    value -= std::min(value, amount);
}

}  // namespace

Space::Space(Limits limits, Disk disk) : limits_(limits), disk_(std::move(disk)) {
    if (limits_.total != 0) recount();
}

Space::Promise Space::reserve(const std::string& name, const Need& need) {
    const auto sharing = disk_.shared() ? Sharing::Shared : Sharing::Alone;
    if (limits_.total != 0 && sharing == Sharing::Shared) recountFor(name, need, sharing);
    auto answer = tryReserve(name, need);
    if (answer == Answer::OverTotal) {
        recountFor(name, need, sharing);
        answer = tryReserve(name, need);
    }
    if (answer == Answer::OverTotal) {
        throw Refusal(RefusalCode::QuotaExceeded,
                      "the files here would exceed " + std::to_string(limits_.total) + " bytes");
    }
    if (answer == Answer::OverFree) {
        throw Refusal(RefusalCode::NoSpace, "there is not enough free space for this file");
    }
    return Promise(*this, name, need);
}

Space::Answer Space::tryReserve(const std::string& name, const Need& need) {
    const auto freed = need.stored - need.kept;
    const auto free = disk_.free() + freed;
    const auto toWrite = need.fileSize - need.kept;

    const detail::Lock lock(mutex_);
    auto stored = stored_;
    subtract(stored, need.stored);
    const auto taken = stored + promised_;
    if (limits_.total != 0 && (taken > limits_.total || need.fileSize > limits_.total - taken)) {
        return Answer::OverTotal;
    }
    const auto claimed = outstanding_ + limits_.minFree;
    if (claimed > free || toWrite > free - claimed) return Answer::OverFree;
    stored_ = stored;
    promised_ += need.fileSize;
    outstanding_ += toWrite;
    active_.insert(name);
    ++version_;
    return Answer::Yes;
}

void Space::recount() {
    recountFor({}, {}, Sharing::Alone);
}

// A count is right only when nothing else changed meanwhile.
void Space::recountFor(const std::string& name, const Need& need, Sharing sharing) {
    for (int attempt = 0; attempt < kCountAttempts; ++attempt) {
        if (tryRecount(name, need.stored, sharing)) return;
    }
}

bool Space::tryRecount(const std::string& name, std::uint64_t known, Sharing sharing) {
    std::set<std::string> except;
    std::uint64_t version = 0;
    {
        const detail::Lock lock(mutex_);
        except = active_;
        version = version_;
    }
    except.insert(name);
    const auto bytes = disk_.count(except) + known;
    const detail::Lock lock(mutex_);
    const bool still = version == version_ && changes_ == 0;
    if (still) {
        stored_ = bytes;
    } else if (sharing == Sharing::Shared) {
        // What is known without it misses what others store. This may count a file twice.
        stored_ = std::max(stored_, bytes);
    }
    return still;
}

Space::Change Space::change() {
    return Change(*this);
}

Space::Change::Change(Space& space) : space_(space) {
    const detail::Lock lock(space_.mutex_);
    ++space_.changes_;
    ++space_.version_;
}

Space::Change::~Change() {
    const detail::Lock lock(space_.mutex_);
    --space_.changes_;
    ++space_.version_;
}

void Space::Change::removed(std::uint64_t bytes) {
    const detail::Lock lock(space_.mutex_);
    subtract(space_.stored_, bytes);
}

Space::Promise::Promise(Space& space, std::string name, const Need& need)
    : space_(&space), name_(std::move(name)), fileSize_(need.fileSize), written_(need.kept) {}

Space::Promise::Promise(Promise&& other) noexcept
    : space_(std::exchange(other.space_, nullptr)),
      name_(std::move(other.name_)),
      fileSize_(other.fileSize_),
      written_(other.written_) {}

Space::Promise::~Promise() {
    settle(written_);
}

void Space::Promise::wrote(std::uint64_t bytes) {
    written_ += bytes;
    const auto minFree = space_->limits_.minFree;
    {
        const detail::Lock lock(space_->mutex_);
        subtract(space_->outstanding_, bytes);
    }
    if (minFree != 0 && space_->disk_.free() < minFree) {
        throw Refusal(RefusalCode::NoSpace, "the file system is almost full", written_);
    }
}

void Space::Promise::settle(std::uint64_t left) noexcept {
    if (space_ == nullptr) return;
    auto& space = *std::exchange(space_, nullptr);
    const detail::Lock lock(space.mutex_);
    subtract(space.promised_, fileSize_);
    subtract(space.outstanding_, fileSize_ - written_);
    space.stored_ += left;
    space.active_.erase(name_);
    ++space.version_;
}

}  // namespace berth::upload
