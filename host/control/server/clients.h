// host/control/server/clients.h - the places for control clients, and who gives way when all are
// taken.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <string>

#include "berth/detail/mutex.h"
#include "host/base/unique_fd.h"

namespace berth::host::control {

// How many there may be at once. Operators proved who they are; strangers did not yet.
struct ClientLimits {
    std::size_t operators = 16;
    std::size_t strangers = 64;
    // Operators whose requests may take long, such as changes that wait for each other. They are
    // counted apart from the others, so that a quick request always finds a place.
    std::size_t waiting = 32;
    // An operator gives way when it asked for nothing in so long.
    std::chrono::milliseconds patience = std::chrono::seconds(10);
    // A client that has sent something gives way to nobody for so long: time to read it.
    std::chrono::milliseconds hearing = std::chrono::seconds(1);

    // A thread for each serves them all.
    [[nodiscard]] std::size_t all() const noexcept { return operators + strangers + waiting; }
};

// A stranger never takes an operator's place, and gives way to a new stranger: first one that was
// refused, then a silent one of the source that has the most. One whose request was not read yet
// stays: the acceptor waits instead. So neither silence nor a flood of wrong tokens nor a queue of
// changes keeps an operator out.
//
// Threads: any; the lock is held only to count and to shut a socket down. enter() may wait.
class Clients {
    struct Entry;
    using Entries = std::list<Entry>;

public:
    using Clock = std::chrono::steady_clock;

    // A client's claim to a place, given back when destroyed.
    class Place {
    public:
        Place(Place&& other) noexcept;
        Place& operator=(Place&&) = delete;
        ~Place();

        [[nodiscard]] explicit operator bool() const noexcept { return clients_ != nullptr; }
        // False when every operator's place is taken.
        [[nodiscard]] bool loggedIn();
        // Input came: the client does not give way until idle() or heardPart().
        void busy();
        // The request that runs may take long. False when too many do.
        [[nodiscard]] bool waiting();
        // A request was answered.
        void idle();
        // What came was no whole request.
        void heardPart();
        // A stranger asked for what it may not have.
        void refused();
        // The place was given to another, or the server ends.
        [[nodiscard]] bool lost() const;

    private:
        friend class Clients;
        Place() = default;
        Place(Clients& clients, Entries::iterator place) : clients_(&clients), place_(place) {}
        [[nodiscard]] Entry& entry() const BERTH_REQUIRES(clients_->mutex_) { return *place_; }

        Clients* clients_ = nullptr;
        Entries::iterator place_;
    };

    explicit Clients(ClientLimits limits) : limits_(limits) {}

    // A place for the client of `socket`, which comes from `source`; an empty one when there is
    // none, after at most `hearing`.
    [[nodiscard]] Place enter(int socket, std::string source, bool trusted);

    // Cuts every client and lets nobody in any more.
    void close();
    void waitUntilEmpty();
    bool waitUntilEmpty(Clock::time_point deadline);
    [[nodiscard]] std::size_t count() const;

private:
    struct Entry {
        // A duplicate: the client's own may be closed early, and its number be another's.
        UniqueFd socket;
        std::string source;
        bool loggedIn = false;
        Clock::time_point came = Clock::now();
        Clock::time_point since = came;  // it came, or its last request ended
        bool busy = false;
        bool waiting = false;
        bool refused = false;
        bool answered = false;
        bool lost = false;  // cut: no longer counted, soon gone
    };

    // Whether one more may come now; cuts somebody for it when needed.
    bool makeRoom(bool trusted) BERTH_REQUIRES(mutex_);
    bool makeRoomForOperator() BERTH_REQUIRES(mutex_);
    bool makeRoomForStranger() BERTH_REQUIRES(mutex_);
    Entry* longestIdle() BERTH_REQUIRES(mutex_);
    Entry* strangerToCut() BERTH_REQUIRES(mutex_);
    // Somebody's request will be read soon, so that there may be room then.
    [[nodiscard]] bool anyUnheard() const BERTH_REQUIRES(mutex_);
    [[nodiscard]] bool unheard(const Entry& entry) const;
    [[nodiscard]] std::size_t strangersOf(const std::string& source) const BERTH_REQUIRES(mutex_);
    template <class Condition>
    [[nodiscard]] std::size_t present(Condition condition) const BERTH_REQUIRES(mutex_);
    static void cut(Entry& entry) noexcept;

    const ClientLimits limits_;
    mutable detail::Mutex mutex_;
    std::condition_variable changed_;
    Entries entries_ BERTH_GUARDED_BY(mutex_);  // in the order in which they came
    bool closed_ BERTH_GUARDED_BY(mutex_) = false;
};

}  // namespace berth::host::control
