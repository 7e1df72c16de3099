// host/admission/admission.cpp
#include "host/admission/admission.h"

#include <algorithm>
#include <utility>

#include "host/fiber/off_loop.h"

namespace berth::host {
namespace {

constexpr std::chrono::hours kForEver{24 * 365};
constexpr std::chrono::milliseconds kPollInterval{20};

}  // namespace

std::string_view toString(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::Access:
            return "not allowed";
        case Refusal::PerClient:
            return "max_per_client reached";
        case Refusal::Full:
            return "max_connections reached";
        case Refusal::Rate:
            return "rate exceeded";
        case Refusal::Draining:
            return "draining";
        case Refusal::Descriptors:
            return "out of descriptors";
        case Refusal::ProxyHeader:
            return "bad PROXY header";
    }
    return "";
}

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      peer_(other.peer_),
      failed_(other.failed_) {}

Admission::Ticket::~Ticket() {
    if (admission_ != nullptr) admission_->release(peer_, failed_);
}

Admission::Arrival::Arrival(Admission& admission) : admission_(admission) {
    const detail::Lock lock(admission_.mutex_);
    ++admission_.arriving_;
}

Admission::Arrival::~Arrival() {
    const detail::Lock lock(admission_.mutex_);
    --admission_.arriving_;
    admission_.changed_.notify_all();
}

Admission::Rules::Rules(const AdmissionOptions& options)
    : access(options.allow, options.deny),
      rate(options.rate),
      maxConnections(options.maxConnections),
      maxPerClient(options.maxPerClient),
      clientPrefix(options.ipv6ClientPrefix),
      overflow(options.overflow) {}

Admission::Admission(const AdmissionOptions& options) : rules_(options) {
    bucket_.retune(options.rate, TokenBucket::Clock::now());
}

Admission::Answer Admission::admit(const PeerAddress& peer, const std::stop_token& stop) {
    detail::UniqueLock lock(mutex_);
    return answer(peer, lock, stop);
}

std::optional<Admission::Answer> Admission::admitNow(const PeerAddress& peer) {
    detail::UniqueLock lock(mutex_);
    if (wouldHold(peer)) return std::nullopt;
    return answer(peer, lock, {});
}

bool Admission::wouldHold(const PeerAddress& peer) {
    if (rules_.overflow == Overflow::Refuse || closed_) return false;
    if (!rules_.access.permits(peer) || overPerClient(peer)) return false;
    return counts_.open >= rules_.maxConnections ||
           bucket_.untilNext(TokenBucket::Clock::now()) != TokenBucket::Clock::duration::zero();
}

Admission::Answer Admission::answer(const PeerAddress& peer, detail::UniqueLock& lock,
                                    const std::stop_token& stop) {
    ++counts_.accepted;
    if (const auto refused = refusal(peer, lock, stop)) {
        ++counterOf(*refused);
        return *refused;
    }
    const auto client = masked(peer, rules_.clientPrefix);
    ++perClient_[client];  // there may be no memory for it
    ++counts_.served;
    ++counts_.open;
    return Ticket(*this, client);
}

std::optional<Refusal> Admission::refusal(const PeerAddress& peer, detail::UniqueLock& lock,
                                          const std::stop_token& stop) {
    if (closed_) return Refusal::Draining;
    if (!rules_.access.permits(peer)) return Refusal::Access;
    if (overPerClient(peer)) return Refusal::PerClient;
    if (const auto refused = waitForRate(lock, stop)) return refused;
    if (const auto refused = waitForPlace(lock, stop)) return refused;
    // Asked again: the lock was free while this one waited, and the rules may have changed.
    if (!rules_.access.permits(peer)) return Refusal::Access;
    if (overPerClient(peer)) return Refusal::PerClient;
    return std::nullopt;
}

bool Admission::overPerClient(const PeerAddress& peer) const {
    if (rules_.maxPerClient == 0) return false;
    const auto found = perClient_.find(masked(peer, rules_.clientPrefix));
    return found != perClient_.end() && found->second >= rules_.maxPerClient;
}

template <class Done>
void Admission::waitFor(detail::UniqueLock& lock, const std::stop_token& stop,
                        Clock::duration limit, Done done) {
    if (!onFiber()) {
        changed_.wait_for(lock.native(), stop, limit, done);
        return;
    }
    const auto end = Clock::now() + limit;
    for (auto now = Clock::now(); !done() && now < end; now = Clock::now()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
        const detail::Unlock unlocked(mutex_);
        pollDescriptors({}, std::min(left, kPollInterval));
    }
}

std::optional<Refusal> Admission::waitForRate(detail::UniqueLock& lock,
                                              const std::stop_token& stop) {
    bool waited = false;
    for (;;) {
        if (closed_ || stop.stop_requested()) return Refusal::Draining;
        const auto pause = bucket_.take(TokenBucket::Clock::now());
        if (pause == TokenBucket::Clock::duration::zero()) return std::nullopt;
        if (rules_.overflow == Overflow::Refuse) return Refusal::Rate;
        if (!std::exchange(waited, true)) ++counts_.held;
        ++counts_.holding;
        waitFor(lock, stop, pause, [this, now = tunings_]() BERTH_REQUIRES(mutex_) {
            return closed_ || tunings_ != now;
        });
        --counts_.holding;
    }
}

std::optional<Refusal> Admission::waitForPlace(detail::UniqueLock& lock,
                                               const std::stop_token& stop) {
    const auto full = [this]()
                          BERTH_REQUIRES(mutex_) { return counts_.open >= rules_.maxConnections; };
    bool waited = false;
    for (;;) {
        if (closed_ || stop.stop_requested()) return Refusal::Draining;
        if (!full()) return std::nullopt;
        if (rules_.overflow == Overflow::Refuse) return Refusal::Full;
        if (!std::exchange(waited, true)) ++counts_.held;
        ++counts_.holding;
        const auto tuning = tunings_;
        waitFor(lock, stop, kForEver,
                [&]() BERTH_REQUIRES(mutex_) { return closed_ || !full() || tunings_ != tuning; });
        --counts_.holding;
    }
}

void Admission::countRefused(Refusal refusal) {
    const detail::Lock lock(mutex_);
    ++counts_.accepted;
    ++counterOf(refusal);
}

void Admission::countHeld() {
    const detail::Lock lock(mutex_);
    ++counts_.held;
}

std::uint64_t& Admission::counterOf(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::PerClient:
        case Refusal::Full:
            return counts_.refusedLimit;
        case Refusal::Rate:
            return counts_.refusedRate;
        case Refusal::Draining:
            return counts_.refusedDrain;
        case Refusal::Descriptors:
            return counts_.refusedDescriptors;
        case Refusal::Access:
        case Refusal::ProxyHeader:
            break;
    }
    return counts_.refusedAccess;
}

void Admission::retune(Rules rules) noexcept {
    {
        const detail::Lock lock(mutex_);
        bucket_.retune(rules.rate, TokenBucket::Clock::now());
        std::swap(rules_, rules);  // the ones before go without the lock
        ++tunings_;
    }
    changed_.notify_all();
}

void Admission::close() noexcept {
    {
        const detail::Lock lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

void Admission::open() noexcept {
    const detail::Lock lock(mutex_);
    closed_ = false;
}

AdmissionCounts Admission::counts() const {
    const detail::Lock lock(mutex_);
    auto counts = counts_;
    counts.places = rules_.maxConnections;
    return counts;
}

bool Admission::waitIdle(std::chrono::steady_clock::time_point deadline) const {
    detail::UniqueLock lock(mutex_);
    return changed_.wait_until(lock.native(), deadline,
                               [this]() BERTH_REQUIRES(mutex_) { return counts_.open == 0; });
}

bool Admission::waitNobody(std::chrono::steady_clock::time_point deadline) const {
    detail::UniqueLock lock(mutex_);
    return changed_.wait_until(lock.native(), deadline, [this]() BERTH_REQUIRES(mutex_) {
        return counts_.open == 0 && arriving_ == 0;
    });
}

void Admission::release(const PeerAddress& peer, bool failed) noexcept {
    const detail::Lock lock(mutex_);
    --counts_.open;
    ++counts_.ended;
    if (failed) ++counts_.failed;
    const auto found = perClient_.find(peer);
    if (--found->second == 0) perClient_.erase(found);
    // Under the lock: who waits for the last one may destroy this object next.
    changed_.notify_all();
}

}  // namespace berth::host
