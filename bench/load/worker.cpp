// bench/load/worker.cpp - the phases of a load run on one thread.
#include "bench/load/worker.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bench/load/arrivals.h"

namespace berth::bench {
namespace {

// Connections without a first reply at once: fewer than any usual backlog, so that connecting
// many clients does not overflow it and wait for retransmissions.
constexpr std::size_t kOpenWindow = 48;
constexpr std::size_t kConnectionsPerSource = 20000;
constexpr std::size_t kBufferSize = std::size_t{256} * 1024;
constexpr std::chrono::milliseconds kCheckInterval{100};
// Far apart in the pattern, so that clients do not send the same bytes.
constexpr std::uint64_t kOriginStep = 7919;

constexpr auto kNever = [] { return false; };

std::size_t sourcesFor(const LoadOptions& options, const Target& target) {
    if (options.sources != 0 || !target.isLoopback4())
        return std::max<std::size_t>(options.sources, 1);
    return options.connections / kConnectionsPerSource + 1;
}

}  // namespace

Worker::Worker(const LoadOptions& options, const Target& target, const Pattern& pattern,
               Share share, std::stop_token stop)
    : options_(options),
      target_(target),
      stop_(std::move(stop)),
      first_(share.first),
      sources_(sourcesFor(options, target)),
      buffer_(kBufferSize) {
    result_.options = options;
    clients_.reserve(share.count);
    for (std::size_t i = 0; i < share.count; ++i) {
        clients_.emplace_back(options, pattern, (first_ + i) * kOriginStep);
    }
}

LoadResult Worker::run(std::latch& opened) {
    const bool opensFirst = options_.mode != LoadMode::Connect;
    try {
        if (opensFirst) openAll();
    } catch (...) {
        opened.count_down();
        throw;
    }
    opened.arrive_and_wait();
    switch (options_.mode) {
        case LoadMode::Echo:
            exchange();
            break;
        case LoadMode::Connect:
            churn();
            break;
        case LoadMode::Idle:
            hold();
            break;
    }
    return std::move(result_);
}

void Worker::openAll() {
    std::size_t next = 0;
    const auto pending = [&] {
        return static_cast<std::size_t>(std::ranges::count_if(
            std::span(clients_).first(next),
            [](const Client& client) { return client.isOpen() && client.inFlight() != 0; }));
    };
    std::size_t waiting = 0;
    const auto openMore = [&] {
        while (waiting < kOpenWindow && next < clients_.size()) {
            waiting += connect(next++, Clock::now()) ? 1 : 0;
        }
    };
    const auto onEvent = [&](std::size_t client, Clock::time_point) {
        if (clients_[client].takeReply()) {
            ++result_.opened;
            --waiting;
        } else if (!clients_[client].isOpen() && clients_[client].inFlight() != 0) {
            --waiting;
        }
        openMore();
    };
    openMore();
    while ((waiting != 0 || next < clients_.size()) && !stop_.stop_requested()) {
        pump(Clock::now() + kCheckInterval, onEvent, [&] { return waiting == 0; });
        expire(Clock::now());
        waiting = pending();
        openMore();
    }
}

void Worker::exchange() {
    const auto start = Clock::now();
    startMeasuring(start);
    for (std::size_t i = 0; i < clients_.size(); ++i) send(i, options_.depth, start);
    const auto onEvent = [&](std::size_t client, Clock::time_point now) {
        bool replied = false;
        while (const auto begun = clients_[client].takeReply()) {
            record(*begun, now);
            replied = true;
        }
        if (replied) send(client, options_.depth, now);
    };
    pump(measureTo_, onEvent, [&] { return allFailed(); });
    stopMeasuring(Clock::now());
    awaitReplies();
}

void Worker::churn() {
    const auto start = Clock::now();
    startMeasuring(start);
    Arrivals arrivals(rate(), start);
    const auto refill = [&](std::size_t client) {
        if (clients_[client].isOpen()) return;
        if (const auto due = arrivals.take(Clock::now())) connect(client, *due);
    };
    const auto onEvent = [&](std::size_t client, Clock::time_point now) {
        if (const auto begun = clients_[client].takeReply()) {
            ++result_.opened;
            record(*begun, now);
            clients_[client].reset();
        }
        refill(client);
    };
    for (auto now = Clock::now(); now < measureTo_ && !stop_.stop_requested(); now = Clock::now()) {
        expire(now);
        for (std::size_t i = 0; i < clients_.size(); ++i) refill(i);
        const auto next = arrivals.nextWithin(Clock::now(), kCheckInterval);
        pump(std::min(measureTo_, next), onEvent, kNever);
    }
    stopMeasuring(Clock::now());
    awaitReplies();
    for (auto& client : clients_) client.reset();
}

void Worker::hold() {
    const auto start = Clock::now();
    const bool forever = options_.duration == std::chrono::milliseconds::zero();
    const auto end = forever ? Clock::time_point::max() : start + options_.duration;
    pump(
        end, [](std::size_t, Clock::time_point) {}, kNever);
    result_.elapsed = Clock::now() - start;
}

void Worker::awaitReplies() {
    auto waiting = std::ranges::count_if(
        clients_, [](const Client& client) { return client.isOpen() && client.inFlight() != 0; });
    const auto onEvent = [&](std::size_t client, Clock::time_point) {
        const auto before = clients_[client].inFlight();
        while (clients_[client].takeReply()) {
        }
        const bool finished = clients_[client].inFlight() == 0 || !clients_[client].isOpen();
        if (before != 0 && finished) --waiting;
    };
    pump(Clock::now() + options_.patience, onEvent, [&] { return waiting == 0; });
    if (stop_.stop_requested()) return;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        if (clients_[i].isOpen() && clients_[i].inFlight() != 0) {
            fail(i, {Failure::TimedOut, "the last replies did not come in time"});
        }
    }
}

template <class OnEvent, class Done>
void Worker::pump(Clock::time_point end, OnEvent onEvent, Done done) {
    for (auto now = Clock::now(); now < end && !done() && !stop_.stop_requested();) {
        const auto limit = std::min<Clock::duration>(end - now, kCheckInterval);
        for (const auto& event : poller_.wait(limit)) {
            const auto index = static_cast<std::size_t>(event.data.u64);
            auto& client = clients_[index];
            if (!client.isOpen()) continue;
            const auto trouble = client.advance(event.events, buffer_);
            if (trouble) fail(index, *trouble);
            onEvent(index, Clock::now());
        }
        now = Clock::now();
    }
}

double Worker::rate() const noexcept {
    return static_cast<double>(options_.rate) * static_cast<double>(clients_.size()) /
           static_cast<double>(options_.connections);
}

bool Worker::connect(std::size_t client, Clock::time_point due) {
    auto socket = target_.connect((first_ + client) % sources_);
    if (!socket) {
        fail(client, troubleOf(errno));
        return false;
    }
    poller_.add(socket->number(), client);
    clients_[client].open(std::move(*socket), Clock::now());
    clients_[client].begin(1, due);
    return true;
}

void Worker::send(std::size_t client, std::size_t depth, Clock::time_point now) {
    if (!clients_[client].isOpen()) return;
    clients_[client].begin(depth, now);
    if (const auto trouble = clients_[client].flush()) fail(client, *trouble);
}

bool Worker::allFailed() const noexcept {
    return result_.failed() == clients_.size();
}

void Worker::fail(std::size_t client, const Client::Trouble& trouble) {
    result_.count(trouble.failure, trouble.reason);
    clients_[client].close();
}

void Worker::expire(Clock::time_point now) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        const auto& client = clients_[i];
        if (!client.isOpen() || client.inFlight() == 0) continue;
        if (now - client.openedAt() < options_.patience) continue;
        fail(i, {Failure::TimedOut, "no reply to the first message in time"});
    }
}

void Worker::startMeasuring(Clock::time_point now) {
    measureFrom_ = now + options_.warmUp;
    measureTo_ = measureFrom_ + options_.duration;
}

void Worker::record(Clock::time_point begun, Clock::time_point now) {
    if (now < measureFrom_ || now >= measureTo_) return;
    ++result_.messages;
    result_.latency.record(now - begun);
}

void Worker::stopMeasuring(Clock::time_point now) {
    result_.elapsed = std::max(std::min(now, measureTo_) - measureFrom_, Clock::duration::zero());
    measureTo_ = std::min(now, measureTo_);
}

}  // namespace berth::bench
