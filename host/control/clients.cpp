// host/control/clients.cpp
#include "host/control/clients.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace berth::host::control {

Clients::Place::Place(Place&& other) noexcept
    : clients_(std::exchange(other.clients_, nullptr)), entry_(other.entry_) {}

Clients::Place::~Place() {
    if (clients_ == nullptr) return;
    const std::lock_guard lock(clients_->mutex_);
    clients_->entries_.erase(entry_);
    if (clients_->entries_.empty()) clients_->empty_.notify_all();
}

void Clients::Place::loggedIn() {
    const std::lock_guard lock(clients_->mutex_);
    entry_->loggedIn = true;
}

void Clients::Place::busy() {
    const std::lock_guard lock(clients_->mutex_);
    entry_->busy = true;
    entry_->since = Clock::now();
}

void Clients::Place::idle() {
    const std::lock_guard lock(clients_->mutex_);
    entry_->busy = false;
    entry_->since = Clock::now();
}

bool Clients::Place::lost() const {
    const std::lock_guard lock(clients_->mutex_);
    return entry_->lost;
}

Clients::Place Clients::enter(int socket) {
    UniqueFd duplicate(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    const std::lock_guard lock(mutex_);
    if (!duplicate || closed_ || !makeRoom()) return {};
    return {*this, entries_.insert(entries_.end(), Entry{std::move(duplicate), Clock::now()})};
}

void Clients::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& entry : entries_) cut(entry);
}

void Clients::waitUntilEmpty() {
    std::unique_lock lock(mutex_);
    empty_.wait(lock, [this] { return entries_.empty(); });
}

bool Clients::waitUntilEmpty(Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return empty_.wait_until(lock, deadline, [this] { return entries_.empty(); });
}

std::size_t Clients::count() const {
    const std::lock_guard lock(mutex_);
    return present();
}

bool Clients::makeRoom() {
    if (present() - std::min(waiting(), kMostWaiting) < limit_) return true;
    auto* entry = whoGivesWay();
    if (entry == nullptr) return false;
    cut(*entry);
    return true;
}

Clients::Entry* Clients::whoGivesWay() {
    const auto stranger =
        std::ranges::find_if(entries_, [](const Entry& e) { return !e.lost && !e.loggedIn; });
    if (stranger != entries_.end()) return &*stranger;
    Entry* longestIdle = nullptr;
    for (auto& entry : entries_) {
        if (entry.lost || entry.busy || Clock::now() - entry.since < patience_) continue;
        if (longestIdle == nullptr || entry.since < longestIdle->since) longestIdle = &entry;
    }
    return longestIdle;
}

// Wakes the client's thread from every read, write and pause.
void Clients::cut(Entry& entry) noexcept {
    entry.lost = true;
    ::shutdown(entry.socket.value(), SHUT_RDWR);
}

std::size_t Clients::present() const {
    return static_cast<std::size_t>(std::ranges::count(entries_, false, &Entry::lost));
}

std::size_t Clients::waiting() const {
    const auto latest = Clock::now() - quick_;
    return static_cast<std::size_t>(std::ranges::count_if(entries_, [latest](const Entry& entry) {
        return !entry.lost && entry.loggedIn && entry.busy && entry.since <= latest;
    }));
}

}  // namespace berth::host::control
