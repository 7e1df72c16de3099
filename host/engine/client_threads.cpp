// host/engine/client_threads.cpp
#include "host/engine/client_threads.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace berth::host {
namespace {

constexpr std::chrono::seconds kIdleTime{10};
constexpr std::chrono::milliseconds kPause{50};  // until another try to make a thread
constexpr std::size_t kLongestName = 15;         // of a thread

}  // namespace

ClientThreads::ClientThreads(std::string name, std::size_t most)
    : name_(name.substr(0, kLongestName)), most_(std::max<std::size_t>(most, 1)) {}

ClientThreads::~ClientThreads() {
    detail::UniqueLock lock(mutex_);
    auto dropped = std::exchange(waiting_, {});
    idle_.endAll();
    lock.unlock();
    dropped.clear();
    lock.lock();
    // A thread that ends moves from one list to the other.
    while (!threads_.empty()) taken_.wait(lock.native());
    const Threads ended = std::move(ended_);
    lock.unlock();
}

void ClientThreads::keep(std::size_t count) {
    const detail::Lock lock(mutex_);
    kept_ = count;
    while (threads_.size() < kept_) {
        start();
        ++coming_;
    }
}

void ClientThreads::serve(std::unique_ptr<Client> client, const std::function<void()>& lacking,
                          const std::stop_token& stop) {
    Threads ended;  // joined after the lock
    std::unique_ptr<Client> dropped;
    detail::UniqueLock lock(mutex_);
    ended.swap(ended_);
    const auto number = ++lastNumber_;
    waiting_.push_back({number, std::move(client)});
    if (startMissing()) return;
    lock.unlock();
    lacking();
    lock.lock();
    dropped = awaitThread(lock, number, stop);
}

bool ClientThreads::waits(std::uint64_t number) const noexcept {
    return !waiting_.empty() && waiting_.back().number >= number &&
           waiting_.front().number <= number;
}

std::unique_ptr<ClientThreads::Client> ClientThreads::awaitThread(detail::UniqueLock& lock,
                                                                  std::uint64_t number,
                                                                  const std::stop_token& stop) {
    while (waits(number)) {
        taken_.wait_for(lock.native(), stop, kPause,
                        [&]() BERTH_REQUIRES(mutex_) { return !waits(number); });
        if (startMissing()) break;
        if (!stop.stop_requested()) continue;
        const auto own = std::ranges::find(waiting_, number, &Waiting::number);
        if (own == waiting_.end()) break;
        auto dropped = std::move(own->client);
        waiting_.erase(own);
        return dropped;
    }
    return nullptr;
}

bool ClientThreads::startMissing() noexcept {
    try {
        for (; waiting_.size() > coming_; ++coming_) {
            if (idle_.callOne()) continue;
            if (threads_.size() >= most_) break;
            start();
        }
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void ClientThreads::start() {
    const auto own = threads_.emplace(threads_.end());
    try {
        *own = std::jthread([this, own] { run(own); });
    } catch (...) {
        threads_.erase(own);
        throw;
    }
}

bool ClientThreads::idle() const {
    const detail::Lock lock(mutex_);
    return busy_ == 0 && waiting_.empty();
}

bool ClientThreads::rest(detail::UniqueLock& lock) {
    do {
        if (idle_.sleep(lock, kIdleTime)) return true;
    } while (threads_.size() <= kept_ && !idle_.ending());
    return false;
}

void ClientThreads::run(Threads::iterator own) {
    ::pthread_setname_np(::pthread_self(), name_.c_str());
    detail::UniqueLock lock(mutex_);
    do {
        --coming_;
        while (!waiting_.empty()) {
            auto client = std::move(waiting_.front().client);
            waiting_.pop_front();
            ++busy_;
            taken_.notify_all();
            lock.unlock();
            client->serve();
            client.reset();
            lock.lock();
            --busy_;
        }
    } while (rest(lock));
    const Threads before = std::exchange(ended_, {});  // joined after the lock
    ended_.splice(ended_.end(), threads_, own);
    taken_.notify_all();
    lock.unlock();
}

}  // namespace berth::host
