// host/admission/admission.h - decides whether a new connection is served, held or refused, and
// counts what it decided.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <variant>

#include "berth/detail/mutex.h"
#include "host/admission/access_list.h"
#include "host/admission/admission_counts.h"
#include "host/admission/admission_options.h"
#include "host/admission/token_bucket.h"

namespace berth::host {

// Why a client is not served.
enum class Refusal { Access, PerClient, Full, Rate, Draining, Descriptors, ProxyHeader };
// As a log line says it.
[[nodiscard]] std::string_view toString(Refusal refusal) noexcept;

// The admission of one service.
//
// Threads: any. admit() may wait (overflow = wait); it holds no lock while it does, and close()
//          or a stop wakes it.
class Admission {
public:
    // A place taken by one connection, given back when destroyed. Outlives nothing: the
    // admission must live longer.
    class [[nodiscard]] Ticket {
    public:
        Ticket(Ticket&& other) noexcept;
        Ticket& operator=(Ticket&&) = delete;
        Ticket(const Ticket&) = delete;
        Ticket& operator=(const Ticket&) = delete;
        ~Ticket();

        // Counts the connection's end as a failure of the handler.
        void markFailed() noexcept { failed_ = true; }

    private:
        friend class Admission;
        Ticket(Admission& admission, const PeerAddress& peer) noexcept
            : admission_(&admission), peer_(peer) {}

        Admission* admission_;
        PeerAddress peer_;
        bool failed_ = false;
    };

    // A client that was accepted and will be asked for later: its PROXY header is being read.
    class [[nodiscard]] Arrival {
    public:
        explicit Arrival(Admission& admission);
        Arrival(const Arrival&) = delete;
        Arrival& operator=(const Arrival&) = delete;
        ~Arrival();

    private:
        Admission& admission_;
    };

    explicit Admission(const AdmissionOptions& options);

    using Answer = std::variant<Ticket, Refusal>;

    // A stop refuses a client that is held.
    [[nodiscard]] Answer admit(const PeerAddress& peer, const std::stop_token& stop = {});
    // Nothing, and nothing counted, when the client would be held.
    [[nodiscard]] std::optional<Answer> admitNow(const PeerAddress& peer);
    // Counts a client that was turned away before it could ask.
    void countRefused(Refusal refusal);
    // Counts a client that was admitted and waits for a thread.
    void countHeld();

    // Limits and rules that are ready to be put in force.
    struct Rules {
        explicit Rules(const AdmissionOptions& options);

        AccessList access;
        Rate rate;
        std::size_t maxConnections;
        std::size_t maxPerClient;
        unsigned clientPrefix;
        Overflow overflow;
    };
    // Puts others in force, for connections from now on. What was counted goes on: who used up a
    // rate has used up as much of another one.
    void retune(Rules rules) noexcept;
    // From close() to open() every client is refused; those held are refused at once.
    void close() noexcept;
    void open() noexcept;

    [[nodiscard]] AdmissionCounts counts() const;
    // Waits until no connection is open; false when `deadline` came first.
    [[nodiscard]] bool waitIdle(std::chrono::steady_clock::time_point deadline) const;
    // The same, and none arrives.
    [[nodiscard]] bool waitNobody(std::chrono::steady_clock::time_point deadline) const;

private:
    using Clock = std::chrono::steady_clock;

    // Until `done`, a stop or the limit. A fiber looks now and then, so that its loop goes on.
    template <class Done>
    void waitFor(detail::UniqueLock& lock, const std::stop_token& stop, Clock::duration limit,
                 Done done) BERTH_REQUIRES(mutex_);

    [[nodiscard]] Answer answer(const PeerAddress& peer, detail::UniqueLock& lock,
                                const std::stop_token& stop) BERTH_REQUIRES(mutex_);
    [[nodiscard]] bool wouldHold(const PeerAddress& peer) BERTH_REQUIRES(mutex_);
    // Each returns nothing when the client passes.
    std::optional<Refusal> refusal(const PeerAddress& peer, detail::UniqueLock& lock,
                                   const std::stop_token& stop) BERTH_REQUIRES(mutex_);
    std::optional<Refusal> waitForRate(detail::UniqueLock& lock, const std::stop_token& stop)
        BERTH_REQUIRES(mutex_);
    std::optional<Refusal> waitForPlace(detail::UniqueLock& lock, const std::stop_token& stop)
        BERTH_REQUIRES(mutex_);
    [[nodiscard]] std::uint64_t& counterOf(Refusal refusal) noexcept BERTH_REQUIRES(mutex_);
    [[nodiscard]] bool overPerClient(const PeerAddress& peer) const BERTH_REQUIRES(mutex_);
    void release(const PeerAddress& peer, bool failed) noexcept BERTH_EXCLUDES(mutex_);

    mutable detail::Mutex mutex_;
    mutable std::condition_variable_any changed_;
    Rules rules_ BERTH_GUARDED_BY(mutex_);
    TokenBucket bucket_ BERTH_GUARDED_BY(mutex_);
    bool closed_ BERTH_GUARDED_BY(mutex_) = false;
    std::size_t arriving_ BERTH_GUARDED_BY(mutex_) = 0;
    // Of retune(): wakes those whom an earlier rate holds.
    std::uint64_t tunings_ BERTH_GUARDED_BY(mutex_) = 0;
    std::map<PeerAddress, std::size_t> perClient_ BERTH_GUARDED_BY(mutex_);  // open connections
    AdmissionCounts counts_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
