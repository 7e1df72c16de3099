// host/fiber/loop_waits.cpp - how a fiber waits: for events, for its turn, for a helper thread.
#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <functional>
#include <system_error>
#include <utility>

#include "host/fiber/loop.h"

namespace berth::host {
namespace {

constexpr std::size_t kBufferSize = std::size_t{64} * 1024;
// Long enough to be cheap, short enough that 1,000 clients behind it do not notice.
constexpr unsigned kCallsInATurn = 16;

}  // namespace

void Loop::takeTurns() {
    auto& fiber = *running_;
    if (++fiber.calls <= kCallsInATurn) return;
    ready_.push_back(fiber);
    suspend(Fiber::State::Ready);
}

// Wakes a fiber that polls.
class Loop::PollWatch final : public Watch {
public:
    PollWatch(Loop& loop, Fiber& fiber, int descriptor) : loop_(loop) {
        setFiber(fiber);
        if (tryWatch(descriptor)) return;
        // Another fiber of this loop waits for the same descriptor, or this one does twice.
        duplicate_ = openedBy([&] { return ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0); });
        if (!duplicate_) throw std::system_error(errno, std::generic_category(), "dup");
        if (!tryWatch(duplicate_.value())) {
            throw std::system_error(EEXIST, std::generic_category(), "epoll_ctl");
        }
    }
    ~PollWatch() {
        if (watched_ >= 0) loop_.unwatch(watched_, *this);
    }

    void onEvents(std::uint32_t) noexcept override { loop_.wake(wakes()); }

private:
    bool tryWatch(int descriptor) {
        try {
            loop_.watch(descriptor, *this);
        } catch (const std::system_error& error) {
            // Files that are always ready are not watched: whoever asks them finds out without.
            if (error.code() == std::errc::operation_not_permitted) return true;
            if (error.code() != std::errc::file_exists) throw;
            return false;
        }
        watched_ = descriptor;
        return true;
    }

    Loop& loop_;
    UniqueFd duplicate_;
    int watched_ = -1;
};

int Loop::poll(std::span<pollfd> descriptors, std::chrono::milliseconds limit) {
    const auto look = [&] { return ::poll(descriptors.data(), descriptors.size(), 0); };
    takeTurns();  // who finds something ready each time never waits
    auto ready = look();
    if (ready != 0 || limit.count() == 0) return ready;
    auto& fiber = *running_;
    const auto deadline = limit.count() < 0 ? Fiber::kNever : Clock::now() + limit;
    std::deque<PollWatch> watches;
    for (const auto& descriptor : descriptors) {
        if (descriptor.fd < 0 || descriptor.fd == fiber.task().descriptor()) continue;
        watches.emplace_back(*this, fiber, descriptor.fd);
    }
    bool inTime = true;
    do {
        inTime = waitForEvent(deadline);
        ready = look();
    } while (ready == 0 && inTime);
    return ready;
}

// Comes back to the fiber when the work is done.
class Loop::PostedJob final : public HelperJob {
public:
    // `keeps`: the work may start what ends with the thread, so that this stays with the fiber.
    PostedJob(Loop& loop, Fiber& fiber, const std::function<void()>& work, bool keeps)
        : loop_(loop), fiber_(fiber), work_(work), keeps_(keeps), activity_(here.activity) {}

    void run(const HelperThreadPtr& thread) noexcept override {
        auto* const before = std::exchange(here.activity, activity_);
        work_();
        here.activity = before;
        if (keeps_ && thread) fiber_.keep(thread);
        loop_.post(fiber_);
    }

private:
    Loop& loop_;
    Fiber& fiber_;
    const std::function<void()>& work_;
    const bool keeps_;
    const Activity* const activity_;  // the fiber's, for as long as it waits
};

void Loop::runOnHelper(const std::function<void()>& work, bool own) {
    PostedJob job(*this, *running_, work, !own);
    const auto& share = own ? ownHelpers_ : running_->task().helpers();
    share->threads().submit(job, share);
    suspend(Fiber::State::WaitsForPost);
}

std::span<std::byte> Loop::lend() {
    if (!buffer_) buffer_ = newBuffer();
    borrower_ = running_;
    return {buffer_.get(), kBufferSize};
}

void Loop::returnKept() noexcept {
    auto& kept = running_->keptBuffer;
    if (!buffer_) {
        buffer_ = std::move(kept);
    } else if (spareBuffers_.size() < kSpareBuffers) {
        spareBuffers_.push_back(std::move(kept));
    }
    kept.reset();
}

std::unique_ptr<std::byte[]> Loop::newBuffer() {
    if (spareBuffers_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kBufferSize);
    auto buffer = std::move(spareBuffers_.back());
    spareBuffers_.pop_back();
    return buffer;
}

}  // namespace berth::host
