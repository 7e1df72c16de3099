// host/watch/file_watch.cpp
#include "host/watch/file_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "host/base/poll_or_pause.h"

namespace berth::host {

FileWatch::FileWatch(Callbacks callbacks)
    : callbacks_(std::move(callbacks)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

FileWatch::~FileWatch() {
    thread_.request_stop();
    wake();
}

void FileWatch::watch(std::vector<WatchedFolder> folders, timespec since) {
    {
        const detail::Lock lock(mutex_);
        if (folders == plan_) return;
        plan_ = std::move(folders);
        since_ = since;
        changedPlan_ = true;
    }
    wake();
}

void FileWatch::wake() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.value(), &one, sizeof one);
}

void FileWatch::wait() const {
    std::array<pollfd, 2> watched{pollfd{wake_.value(), POLLIN, 0},
                                  pollfd{files_ ? files_->descriptor() : -1, POLLIN, 0}};
    int limit = -1;
    if (due_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due_ - Clock::now());
        limit = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    static_cast<void>(pollOrPause(watched, limit));
    std::uint64_t count = 0;
    [[maybe_unused]] const auto bytes = ::read(wake_.value(), &count, sizeof count);
}

void FileWatch::takePlan() {
    std::vector<WatchedFolder> plan;
    timespec since{};
    {
        const detail::Lock lock(mutex_);
        if (!std::exchange(changedPlan_, false)) return;
        plan = plan_;
        since = since_;
    }
    if (plan.empty()) return files_.reset();
    auto next = std::make_unique<WatchedFiles>(std::move(plan), files_.get(), since);
    files_ = std::move(next);
}

// When what is touched is to be told, once now has come; nothing: when something happens.
void FileWatch::tell(bool news) {
    const auto now = Clock::now();
    if (!files_ || !files_->touched()) {
        first_ = due_ = std::nullopt;
        return;
    }
    if (!first_) first_ = now;
    if (news || !due_) due_ = std::min(now + kQuiet, *first_ + kLongest);
    if (now < *due_) return;
    if (const auto patience = files_->patience(); patience && now < *patience) {
        due_ = patience;
        return;
    }
    first_ = due_ = std::nullopt;
    const auto changes = files_->take();
    if (changes.empty()) return;
    auto told = files_->takeOverdue();
    told.insert(told.end(), changes.begin(), changes.end());
    callbacks_.changed(told);
}

void FileWatch::tryLater() {
    files_.reset();
    first_ = std::nullopt;
    due_ = Clock::now() + kUntilNextTry;
    const detail::Lock lock(mutex_);
    changedPlan_ = true;
}

void FileWatch::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            takePlan();
            tell(files_ && files_->update());
            failing_ = false;
        } catch (const std::system_error& error) {
            tryLater();
            if (!std::exchange(failing_, true)) callbacks_.failed(error.what());
        }
        wait();
    }
}

}  // namespace berth::host
