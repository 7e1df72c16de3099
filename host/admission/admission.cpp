// host/admission/admission.cpp
#include "host/admission/admission.h"

#include <algorithm>
#include <utility>

#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

constexpr std::chrono::hours kForEver{24 * 365};
constexpr std::chrono::milliseconds kLookAgain{20};

}  // namespace

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      peer_(other.peer_),
      failed_(other.failed_) {}

Admission::Ticket::~Ticket() {
    if (admission_ != nullptr) admission_->release(peer_, failed_);
}

Admission::Arrival::Arrival(Admission& admission) : admission_(admission) {
    const Lock lock(admission_.mutex_);
    ++admission_.arriving_;
}

Admission::Arrival::~Arrival() {
    const Lock lock(admission_.mutex_);
    --admission_.arriving_;
    admission_.changed_.notify_all();
}

Admission::Admission(const ServiceOptions& options) {
    retune(options);
}

std::optional<Admission::Ticket> Admission::admit(const PeerAddress& peer,
                                                  const std::stop_token& stop) {
    Lock lock(mutex_);
    ++counts_.accepted;
    if (auto* refused = refusal(peer, lock, stop)) {
        ++*refused;
        return std::nullopt;
    }
    ++counts_.served;
    ++counts_.open;
    ++perClient_[peer];
    return Ticket(*this, peer);
}

std::uint64_t* Admission::refusal(const PeerAddress& peer, Lock& lock,
                                  const std::stop_token& stop) {
    if (closed_) return &counts_.refusedDrain;
    if (!access_.permits(peer)) return &counts_.refusedAccess;
    if (overPerClient(peer)) return &counts_.refusedLimit;
    if (auto* refused = waitForRate(lock, stop)) return refused;
    if (auto* refused = waitForPlace(lock, stop)) return refused;
    // Asked again: the lock was free while this one waited, and the rules may have changed.
    if (!access_.permits(peer)) return &counts_.refusedAccess;
    return overPerClient(peer) ? &counts_.refusedLimit : nullptr;
}

bool Admission::overPerClient(const PeerAddress& peer) const {
    if (maxPerClient_ == 0) return false;
    const auto found = perClient_.find(peer);
    return found != perClient_.end() && found->second >= maxPerClient_;
}

template <class Done>
void Admission::waitFor(Lock& lock, const std::stop_token& stop, Clock::duration limit, Done done) {
    if (!onFiber()) {
        changed_.wait_for(lock, stop, limit, done);
        return;
    }
    const auto end = Clock::now() + limit;
    for (auto now = Clock::now(); !done() && now < end; now = Clock::now()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
        lock.unlock();
        pollDescriptors({}, std::min(left, kLookAgain));
        lock.lock();
    }
}

std::uint64_t* Admission::waitForRate(Lock& lock, const std::stop_token& stop) {
    bool waited = false;
    for (;;) {
        if (closed_ || stop.stop_requested()) return &counts_.refusedDrain;
        const auto pause = bucket_.take(TokenBucket::Clock::now());
        if (pause == TokenBucket::Clock::duration::zero()) return nullptr;
        if (overflow_ == Overflow::Refuse) return &counts_.refusedRate;
        if (!std::exchange(waited, true)) ++counts_.held;
        ++counts_.holding;
        waitFor(lock, stop, pause, [this, now = tunings_] { return closed_ || tunings_ != now; });
        --counts_.holding;
    }
}

std::uint64_t* Admission::waitForPlace(Lock& lock, const std::stop_token& stop) {
    const auto full = [this] { return counts_.open >= maxConnections_; };
    if (full() && overflow_ == Overflow::Wait) {
        ++counts_.held;
        ++counts_.holding;
        const auto tuning = tunings_;
        waitFor(lock, stop, kForEver, [&] { return closed_ || !full() || tunings_ != tuning; });
        --counts_.holding;
        if (tunings_ != tuning) return waitForPlace(lock, stop);
    }
    if (full() && overflow_ == Overflow::Refuse) return &counts_.refusedLimit;
    return closed_ || stop.stop_requested() ? &counts_.refusedDrain : nullptr;
}

void Admission::countShed() {
    const Lock lock(mutex_);
    ++counts_.accepted;
    ++counts_.refusedLimit;
}

void Admission::countBadProxy() {
    const Lock lock(mutex_);
    ++counts_.accepted;
    ++counts_.refusedAccess;
}

void Admission::retune(const ServiceOptions& options) {
    {
        const Lock lock(mutex_);
        access_ = AccessList(options.allow, options.deny);
        bucket_ = TokenBucket(options.rate, TokenBucket::Clock::now());
        maxConnections_ = options.maxConnections;
        maxPerClient_ = options.maxPerClient;
        overflow_ = options.overflow;
        ++tunings_;
    }
    changed_.notify_all();
}

void Admission::close() {
    {
        const Lock lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

void Admission::open() {
    const Lock lock(mutex_);
    closed_ = false;
}

AdmissionCounts Admission::counts() const {
    const Lock lock(mutex_);
    return counts_;
}

bool Admission::waitIdle(std::chrono::steady_clock::time_point deadline) const {
    Lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return counts_.open == 0; });
}

bool Admission::waitNobody(std::chrono::steady_clock::time_point deadline) const {
    Lock lock(mutex_);
    return changed_.wait_until(lock, deadline,
                               [this] { return counts_.open == 0 && arriving_ == 0; });
}

void Admission::release(const PeerAddress& peer, bool failed) noexcept {
    const Lock lock(mutex_);
    --counts_.open;
    ++counts_.ended;
    if (failed) ++counts_.failed;
    const auto found = perClient_.find(peer);
    if (--found->second == 0) perClient_.erase(found);
    // Under the lock: who waits for the last one may destroy this object next.
    changed_.notify_all();
}

}  // namespace berth::host
