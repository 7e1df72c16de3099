// host/admission/admission.h - decides whether a new connection is served, held or refused, and
// counts what it decided.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "host/admission/access_list.h"
#include "host/admission/token_bucket.h"
#include "host/config/service_options.h"

namespace berth::host {

// accepted == refused + served + holding; served == open + ended. One lock guards them all, so
// that a snapshot always agrees with itself.
struct AdmissionCounts {
    std::uint64_t accepted = 0;
    std::uint64_t refusedAccess = 0;
    std::uint64_t refusedLimit = 0;
    std::uint64_t refusedRate = 0;
    std::uint64_t refusedDrain = 0;
    std::uint64_t served = 0;
    std::uint64_t open = 0;
    std::uint64_t ended = 0;
    std::uint64_t failed = 0;
    std::uint64_t held = 0;
    std::uint64_t holding = 0;
};

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

    explicit Admission(const ServiceOptions& options);

    // Nothing when the client is refused. A stop refuses a client that is held.
    [[nodiscard]] std::optional<Ticket> admit(const PeerAddress& peer,
                                              const std::stop_token& stop = {});
    // Counts a client that was turned away for want of a descriptor.
    void countShed();
    // Counts a client whose PROXY header could not be read.
    void countBadProxy();

    // Puts other limits and rules in force, for connections from now on.
    void retune(const ServiceOptions& options);
    // From close() to open() every client is refused; those held are refused at once.
    void close();
    void open();

    [[nodiscard]] AdmissionCounts counts() const;
    // Waits until no connection is open; false when `deadline` came first.
    [[nodiscard]] bool waitIdle(std::chrono::steady_clock::time_point deadline) const;
    // The same, and none arrives.
    [[nodiscard]] bool waitNobody(std::chrono::steady_clock::time_point deadline) const;

private:
    using Clock = std::chrono::steady_clock;
    using Lock = std::unique_lock<std::mutex>;

    // Until `done`, a stop or the limit. A fiber looks now and then, so that its loop goes on.
    template <class Done>
    void waitFor(Lock& lock, const std::stop_token& stop, Clock::duration limit, Done done);

    // Each returns the counter to blame, or null when the client passes.
    std::uint64_t* refusal(const PeerAddress& peer, Lock& lock, const std::stop_token& stop);
    std::uint64_t* waitForRate(Lock& lock, const std::stop_token& stop);
    std::uint64_t* waitForPlace(Lock& lock, const std::stop_token& stop);
    [[nodiscard]] bool overPerClient(const PeerAddress& peer) const;
    void release(const PeerAddress& peer, bool failed) noexcept;

    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    AccessList access_;
    TokenBucket bucket_;
    std::size_t maxConnections_ = 0;
    std::size_t maxPerClient_ = 0;
    Overflow overflow_ = Overflow::Wait;
    bool closed_ = false;
    std::size_t arriving_ = 0;
    std::uint64_t tunings_ = 0;  // of retune(): wakes those whom an earlier rate holds
    std::map<PeerAddress, std::size_t> perClient_;  // open connections
    AdmissionCounts counts_;
};

}  // namespace berth::host
