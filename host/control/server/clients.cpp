// host/control/server/clients.cpp
#include "host/control/server/clients.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace berth::host::control {
namespace {

// What a socket holds unread changes without a word to us, so a wait for it looks again.
constexpr std::chrono::milliseconds kPollInterval(5);

bool holdsInput(int socket) noexcept {
    int bytes = 0;
    return ::ioctl(socket, FIONREAD, &bytes) == 0 && bytes > 0;
}

}  // namespace

Clients::Place::Place(Place&& other) noexcept
    : clients_(std::exchange(other.clients_, nullptr)), place_(other.place_) {}

Clients::Place::~Place() {
    if (clients_ == nullptr) return;
    const detail::Lock lock(clients_->mutex_);
    clients_->entries_.erase(place_);
    clients_->changed_.notify_all();
}

bool Clients::Place::loggedIn() {
    const detail::Lock lock(clients_->mutex_);
    if (entry().loggedIn) return true;
    if (!clients_->makeRoomForOperator()) return false;
    entry().loggedIn = true;
    clients_->changed_.notify_all();
    return true;
}

void Clients::Place::busy() {
    const detail::Lock lock(clients_->mutex_);
    entry().busy = true;
}

bool Clients::Place::waiting() {
    const detail::Lock lock(clients_->mutex_);
    const auto others = clients_->present([](const Entry& e) { return e.waiting; });
    if (others >= clients_->limits_.waiting) return false;
    entry().waiting = true;
    clients_->changed_.notify_all();
    return true;
}

void Clients::Place::idle() {
    const detail::Lock lock(clients_->mutex_);
    entry().busy = entry().waiting = false;
    entry().answered = true;
    entry().since = Clock::now();
    clients_->changed_.notify_all();
}

void Clients::Place::heardPart() {
    const detail::Lock lock(clients_->mutex_);
    entry().busy = false;
    clients_->changed_.notify_all();
}

void Clients::Place::refused() {
    const detail::Lock lock(clients_->mutex_);
    entry().refused = true;
    clients_->changed_.notify_all();
}

bool Clients::Place::lost() const {
    const detail::Lock lock(clients_->mutex_);
    return entry().lost;
}

Clients::Place Clients::enter(int socket, std::string source, bool trusted) {
    auto duplicate = openedBy([&] { return ::fcntl(socket, F_DUPFD_CLOEXEC, 0); });
    if (!duplicate) return {};
    detail::UniqueLock lock(mutex_);
    const auto deadline = Clock::now() + limits_.hearing;
    for (;;) {
        const auto now = Clock::now();
        // Before the look for room, so that the last one is behind the time of whoever is there.
        const bool last = closed_ || now >= deadline || !anyUnheard();
        if (makeRoom(trusted)) break;
        if (last) return {};
        changed_.wait_until(lock.native(), std::min(deadline, now + kPollInterval));
    }
    if (closed_) return {};
    return {*this, entries_.insert(entries_.end(),
                                   Entry{std::move(duplicate), std::move(source), trusted})};
}

void Clients::close() {
    const detail::Lock lock(mutex_);
    closed_ = true;
    for (auto& entry : entries_) cut(entry);
    changed_.notify_all();
}

void Clients::waitUntilEmpty() {
    detail::UniqueLock lock(mutex_);
    changed_.wait(lock.native(), [this]() BERTH_REQUIRES(mutex_) { return entries_.empty(); });
}

bool Clients::waitUntilEmpty(Clock::time_point deadline) {
    detail::UniqueLock lock(mutex_);
    return changed_.wait_until(lock.native(), deadline,
                               [this]() BERTH_REQUIRES(mutex_) { return entries_.empty(); });
}

std::size_t Clients::count() const {
    const detail::Lock lock(mutex_);
    return present([](const Entry&) { return true; });
}

template <class Condition>
std::size_t Clients::present(Condition condition) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        entries_, [&](const Entry& entry) { return !entry.lost && condition(entry); }));
}

// Those that were cut have their threads until they are gone.
bool Clients::makeRoom(bool trusted) {
    if (entries_.size() >= limits_.all()) return false;
    return trusted ? makeRoomForOperator() : makeRoomForStranger();
}

bool Clients::makeRoomForOperator() {
    const auto taken = present([](const Entry& e) { return e.loggedIn && !e.waiting; });
    if (taken < limits_.operators) return true;
    auto* entry = longestIdle();
    if (entry != nullptr) cut(*entry);
    return entry != nullptr;
}

bool Clients::makeRoomForStranger() {
    if (present([](const Entry& e) { return !e.loggedIn; }) < limits_.strangers) return true;
    auto* entry = strangerToCut();
    if (entry != nullptr) cut(*entry);
    return entry != nullptr;
}

Clients::Entry* Clients::longestIdle() {
    Entry* longest = nullptr;
    const auto latest = Clock::now() - limits_.patience;
    for (auto& entry : entries_) {
        if (entry.lost || !entry.loggedIn || entry.busy || entry.since > latest) continue;
        if (longest == nullptr || entry.since < longest->since) longest = &entry;
    }
    return longest;
}

Clients::Entry* Clients::strangerToCut() {
    Entry* chosen = nullptr;
    std::size_t most = 0;
    for (auto& entry : entries_) {
        if (entry.lost || entry.loggedIn) continue;
        if (entry.refused) return &entry;
        if (unheard(entry)) continue;
        const auto ofSource = strangersOf(entry.source);
        if (ofSource > most) chosen = &entry;
        most = std::max(most, ofSource);
    }
    return chosen;
}

bool Clients::anyUnheard() const {
    if (entries_.size() >= limits_.all()) return true;
    return std::ranges::any_of(entries_, [this](const Entry& e) { return unheard(e); });
}

bool Clients::unheard(const Entry& entry) const {
    if (entry.lost || entry.waiting || entry.answered) return false;
    if (Clock::now() - entry.came > limits_.hearing) return false;
    return entry.loggedIn || entry.busy || holdsInput(entry.socket.value());
}

std::size_t Clients::strangersOf(const std::string& source) const {
    return present([&](const Entry& e) { return !e.loggedIn && e.source == source; });
}

// Wakes the client's thread from every read, write and pause.
void Clients::cut(Entry& entry) noexcept {
    entry.lost = true;
    ::shutdown(entry.socket.value(), SHUT_RDWR);
}

}  // namespace berth::host::control
