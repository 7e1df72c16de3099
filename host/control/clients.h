// host/control/clients.h - the places for control clients, and who gives way when all are taken.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <mutex>

#include "host/unique_fd.h"

namespace berth::host::control {

// A client that proved nothing yet gives way to a new one, the oldest first; then one that asked
// for nothing in a while. Some whose requests take long, such as changes that wait for each other,
// count apart. So neither silence nor a flood nor a queue of changes keeps an operator out.
//
// Threads: any; the lock is held only to count and to shut a socket down.
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
        void loggedIn();
        // A request is being run: the client does not give way until idle().
        void busy();
        void idle();
        // The place was given to another, or the server ends.
        [[nodiscard]] bool lost() const;

    private:
        friend class Clients;
        Place() = default;
        Place(Clients& clients, Entries::iterator entry) : clients_(&clients), entry_(entry) {}

        Clients* clients_ = nullptr;
        Entries::iterator entry_;
    };

    // So many clients that wait for their requests may be there besides the limit. Fewer than the
    // threads to spare, or nobody could be told that there is no place.
    static constexpr std::size_t kMostWaiting = 12;

    // A client gives way when it was idle for `patience` although it is logged in; it waits when
    // its request takes longer than `quick`.
    Clients(std::size_t limit, std::chrono::milliseconds patience,
            std::chrono::milliseconds quick = std::chrono::seconds(1))
        : limit_(limit), patience_(patience), quick_(quick) {}

    // A place for the client of `socket`; an empty one when there is none.
    [[nodiscard]] Place enter(int socket);

    // Cuts every client and lets nobody in any more.
    void close();
    void waitUntilEmpty();
    bool waitUntilEmpty(Clock::time_point deadline);
    [[nodiscard]] std::size_t count() const;

private:
    struct Entry {
        // A duplicate: the client's own may be closed early, and its number be another's.
        UniqueFd socket;
        Clock::time_point since;  // it came, or its last request began or ended
        bool loggedIn = false;
        bool busy = false;
        bool lost = false;  // cut: no longer counted, soon gone
    };

    bool makeRoom();
    Entry* whoGivesWay();
    static void cut(Entry& entry) noexcept;
    [[nodiscard]] std::size_t present() const;
    [[nodiscard]] std::size_t waiting() const;

    const std::size_t limit_;
    const std::chrono::milliseconds patience_;
    const std::chrono::milliseconds quick_;
    mutable std::mutex mutex_;
    std::condition_variable empty_;
    Entries entries_;  // in the order in which they came
    bool closed_ = false;
};

}  // namespace berth::host::control
