// bench/load/worker.h - one thread of a load run and its share of the connections.
#pragma once

#include <cstddef>
#include <latch>
#include <stop_token>
#include <vector>

#include "bench/load/client.h"
#include "bench/load/load_options.h"
#include "bench/load/load_result.h"
#include "bench/load/pattern.h"
#include "bench/load/poller.h"
#include "bench/load/target.h"

namespace berth::bench {

// Opens its connections a few at a time, waits until all threads have done so, and then loads the
// service together with them.
//
// Threads:  run() on one thread.
// Lifetime: the options, the target and the pattern are borrowed and must outlive the worker.
class Worker {
public:
    struct Share {
        std::size_t first = 0;  // number of this worker's first connection in the whole run
        std::size_t count = 0;
    };

    Worker(const LoadOptions& options, const Target& target, const Pattern& pattern, Share share,
           std::stop_token stop);

    // Counts `opened` down once, whether or not connections could be opened.
    // Throws: std::system_error when the system gives no resources.
    [[nodiscard]] LoadResult run(std::latch& opened);

private:
    void openAll();
    void exchange();
    void churn();
    void hold();
    // Waits for the replies that are still due, at most LoadOptions::patience.
    void awaitReplies();

    // Moves bytes until `end`, until `done()` holds or until the run is stopped. Calls
    // `onEvent(client, now)` after something happened to a client, which may have closed it.
    template <class OnEvent, class Done>
    void pump(Clock::time_point end, OnEvent onEvent, Done done);

    // False when it failed at once, which is counted. The latency counts from `due`.
    bool connect(std::size_t client, Clock::time_point due);
    // Its share of LoadOptions::rate.
    [[nodiscard]] double rate() const noexcept;
    // Keeps `depth` messages in flight.
    void send(std::size_t client, std::size_t depth, Clock::time_point now);
    void fail(std::size_t client, const Client::Trouble& trouble);
    // Whether nothing is left to wait for, where a failed connection is not replaced.
    [[nodiscard]] bool allFailed() const noexcept;
    // Fails the clients that wait longer than allowed for the reply to their first message.
    void expire(Clock::time_point now);

    void startMeasuring(Clock::time_point now);
    void record(Clock::time_point begun, Clock::time_point now);
    void stopMeasuring(Clock::time_point now);

    const LoadOptions& options_;
    const Target& target_;
    std::stop_token stop_;
    std::size_t first_;
    std::size_t sources_;
    Poller poller_;
    std::vector<Client> clients_;
    std::vector<std::byte> buffer_;
    LoadResult result_;
    Clock::time_point measureFrom_;
    Clock::time_point measureTo_;
};

}  // namespace berth::bench
