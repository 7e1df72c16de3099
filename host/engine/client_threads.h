// host/engine/client_threads.h - the threads that serve the clients of one service.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "berth/detail/mutex.h"
#include "host/fiber/idle_threads.h"

namespace berth::host {

// A thread for each client, up to a number; clients beyond wait for one, first come, first served.
// One that is idle for a while ends, unless it is kept.
//
// Threads: any.
class ClientThreads {
public:
    // One client. Destroyed without serve(), he is dropped.
    class Client {
    public:
        Client() = default;
        Client(const Client&) = delete;
        Client& operator=(const Client&) = delete;
        virtual ~Client() = default;

        // On a thread of his own.
        virtual void serve() noexcept = 0;
    };

    ClientThreads(std::string name, std::size_t most);
    ClientThreads(const ClientThreads&) = delete;
    ClientThreads& operator=(const ClientThreads&) = delete;
    // Drops the clients that have no thread and waits for the others.
    ~ClientThreads();

    // Starts so many threads now, which wait for clients and never end by themselves: these many
    // are served when no thread can be made any more. Throws: std::system_error.
    void keep(std::size_t count);

    // Takes the client; returns at once, also when all threads are taken. When no thread can be
    // made it calls `lacking`, and waits until there is one: whoever accepts has to wait, too. A
    // stop drops the client then.
    void serve(std::unique_ptr<Client> client, const std::function<void()>& lacking,
               const std::stop_token& stop);
    // True when no client is there.
    [[nodiscard]] bool idle() const;

private:
    struct Waiting {
        std::uint64_t number = 0;
        std::unique_ptr<Client> client;
    };
    using Threads = std::list<std::jthread>;

    // Calls threads for those that wait, or starts some. False when one could not be made.
    bool startMissing() noexcept BERTH_REQUIRES(mutex_);
    void start() BERTH_REQUIRES(mutex_);
    // False when nobody called for a while, and the thread is not one of those that are kept.
    bool rest(detail::UniqueLock& lock) BERTH_REQUIRES(mutex_);
    [[nodiscard]] bool waits(std::uint64_t number) const noexcept BERTH_REQUIRES(mutex_);
    // The client, when a stop came first.
    [[nodiscard]] std::unique_ptr<Client> awaitThread(detail::UniqueLock& lock,
                                                      std::uint64_t number,
                                                      const std::stop_token& stop)
        BERTH_REQUIRES(mutex_);

    void run(Threads::iterator own);

    const std::string name_;
    const std::size_t most_;
    mutable detail::Mutex mutex_;
    std::condition_variable_any taken_;  // a client got its thread
    std::size_t kept_ BERTH_GUARDED_BY(mutex_) = 0;
    std::deque<Waiting> waiting_ BERTH_GUARDED_BY(mutex_);
    std::uint64_t lastNumber_ BERTH_GUARDED_BY(mutex_) = 0;
    IdleThreads idle_ BERTH_GUARDED_BY(mutex_);
    // Threads that were started or called and have no client yet.
    std::size_t coming_ BERTH_GUARDED_BY(mutex_) = 0;
    std::size_t busy_ BERTH_GUARDED_BY(mutex_) = 0;
    Threads ended_ BERTH_GUARDED_BY(mutex_);
    Threads threads_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::host
