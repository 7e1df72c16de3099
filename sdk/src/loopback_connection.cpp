// sdk/src/loopback_connection.cpp - both ends of a Connection in memory.
#include "berth/testing/loopback_connection.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "berth/detail/mutex.h"
#include "berth/errors.h"

namespace berth::testing {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What poll(2) can watch in place of the client: readable since something happened.
class Signal {
public:
    Signal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    ~Signal() { ::close(descriptor_); }

    [[nodiscard]] pollfd watched() const { return {descriptor_, POLLIN, 0}; }
    void raise() { static_cast<void>(::eventfd_write(descriptor_, 1)); }
    void clear() {
        eventfd_t value = 0;
        static_cast<void>(::eventfd_read(descriptor_, &value));
    }

private:
    int descriptor_;
};

// When a wait ends; a negative limit never does.
class Deadline {
public:
    explicit Deadline(milliseconds limit)
        : at_(limit.count() < 0 ? Clock::time_point::max() : Clock::now() + limit) {}

    [[nodiscard]] bool passed() const { return Clock::now() >= at_; }

    // What to give to poll(2), which is asked again when it returns early.
    [[nodiscard]] int pollTimeout() const {
        constexpr auto kLongest = milliseconds(60'000);
        const auto left = at_ - Clock::now();
        if (left >= kLongest) return static_cast<int>(kLongest.count());
        return static_cast<int>(std::max(std::chrono::ceil<milliseconds>(left).count(), 0L));
    }

private:
    Clock::time_point at_;
};

std::size_t pollAll(std::vector<pollfd>& watched, int timeout) {
    const auto ready = ::poll(watched.data(), watched.size(), timeout);
    if (ready < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    return static_cast<std::size_t>(std::max(ready, 0));
}

}  // namespace

struct LoopbackConnection::State {
    explicit State(std::string address) : peer(std::move(address)) {}

    // What both ends look at.
    struct Shared {
        std::deque<std::string> pieces;
        std::string lent;
        std::string received;
        milliseconds timeout{10'000};
        bool sendingFinished = false;
        bool vanished = false;
        bool finished = false;

        // The handler's right to the lent bytes ends here; whoever still looks at them will notice.
        void returnLent() {
            std::ranges::fill(lent, '\xDD');
            lent = std::string();
        }

        void throwIfVanished() const {
            if (vanished) throw ConnectionLost("the client reset the connection");
        }

        [[nodiscard]] bool readable() const {
            return vanished || sendingFinished || !pieces.empty();
        }

        [[nodiscard]] ClientEvent events(ClientEvent watched) const {
            auto events = vanished ? ClientEvent::Lost : ClientEvent::None;
            if (has(watched, ClientEvent::Input) && (sendingFinished || !pieces.empty())) {
                events = events | ClientEvent::Input;
            }
            if (has(watched, ClientEvent::Finished) && sendingFinished) {
                events = events | ClientEvent::Finished;
            }
            return events;
        }
    };

    // Runs `change` as the client's doing, and wakes the handler.
    template <class Change>
    void byClient(Change change) {
        const detail::Lock lock(mutex);
        change(shared);
        changed.notify_all();
        signal.raise();
    }

    // Waits until the handler has something to take, then lets `take` have it.
    template <class Take>
    Chunk takeWhenReady(Take take) {
        detail::UniqueLock lock(mutex);
        shared.returnLent();
        const auto ready = [this]() BERTH_REQUIRES(mutex) { return shared.readable(); };
        if (shared.timeout.count() <= 0) {
            changed.wait(lock.native(), ready);
        } else if (!changed.wait_for(lock.native(), shared.timeout, ready)) {
            throw TimedOut("no byte came from the client in time");
        }
        shared.throwIfVanished();
        return shared.pieces.empty() ? Chunk() : take(shared);
    }

    const std::string peer;
    Signal signal;
    mutable detail::Mutex mutex;
    mutable std::condition_variable changed;  // either end did something
    Shared shared BERTH_GUARDED_BY(mutex);
};

LoopbackConnection::LoopbackConnection(std::string peer)
    : state_(std::make_unique<State>(std::move(peer))) {}

LoopbackConnection::~LoopbackConnection() = default;

void LoopbackConnection::send(std::string_view bytes) {
    state_->byClient([bytes](State::Shared& shared) {
        if (shared.sendingFinished) throw std::logic_error("send() after finishSending()");
        if (!bytes.empty()) shared.pieces.emplace_back(bytes);
    });
}

void LoopbackConnection::finishSending() {
    state_->byClient([](State::Shared& shared) { shared.sendingFinished = true; });
}

void LoopbackConnection::reset() {
    state_->byClient([](State::Shared& shared) { shared.vanished = true; });
}

std::string LoopbackConnection::received() const {
    const detail::Lock lock(state_->mutex);
    return state_->shared.received;
}

std::string LoopbackConnection::takeReceived() {
    const detail::Lock lock(state_->mutex);
    return std::exchange(state_->shared.received, {});
}

bool LoopbackConnection::waitForReceived(std::string_view text, milliseconds limit) const {
    detail::UniqueLock lock(state_->mutex);
    return state_->changed.wait_for(lock.native(), limit, [&]() BERTH_REQUIRES(state_->mutex) {
        return state_->shared.received.find(text) != std::string::npos;
    });
}

bool LoopbackConnection::finished() const {
    const detail::Lock lock(state_->mutex);
    return state_->shared.finished;
}

Chunk LoopbackConnection::receive() {
    return state_->takeWhenReady([](State::Shared& shared) {
        shared.lent = std::move(shared.pieces.front());
        shared.pieces.pop_front();
        return Chunk(std::as_writable_bytes(std::span(shared.lent)));
    });
}

Chunk LoopbackConnection::read(std::span<std::byte> buffer) {
    if (buffer.empty()) throw std::logic_error("read() into an empty buffer");
    return state_->takeWhenReady([buffer](State::Shared& shared) {
        auto& piece = shared.pieces.front();
        const auto count = std::min(piece.size(), buffer.size());
        std::ranges::copy(std::as_bytes(std::span(piece)).first(count), buffer.begin());
        piece.erase(0, count);
        if (piece.empty()) shared.pieces.pop_front();
        return Chunk(buffer.first(count));
    });
}

void LoopbackConnection::write(std::span<const std::byte> bytes) {
    const detail::Lock lock(state_->mutex);
    if (state_->shared.finished) throw std::logic_error("write() after finish()");
    state_->shared.throwIfVanished();
    // The bytes of an object may be looked at as characters.
    state_->shared.received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    state_->changed.notify_all();
}

void LoopbackConnection::finish() {
    const detail::Lock lock(state_->mutex);
    state_->shared.throwIfVanished();
    state_->shared.finished = true;
    state_->changed.notify_all();
}

WaitResult LoopbackConnection::wait(std::span<pollfd> descriptors, milliseconds limit,
                                    ClientEvent watched) {
    const Deadline deadline(limit);
    std::vector<pollfd> polled(descriptors.begin(), descriptors.end());
    polled.push_back(state_->signal.watched());
    for (;;) {
        WaitResult result;
        {
            const detail::Lock lock(state_->mutex);
            state_->signal.clear();
            result.client = state_->shared.events(watched);
        }
        const auto ready =
            pollAll(polled, result.client == ClientEvent::None ? deadline.pollTimeout() : 0);
        const bool signalled = ready > 0 && polled.back().revents != 0;
        result.descriptors = ready - (signalled ? 1 : 0);
        for (std::size_t i = 0; i < descriptors.size(); ++i) {
            descriptors[i].revents = ready > 0 ? polled[i].revents : short{0};
        }
        if (!result.timedOut() || (!signalled && deadline.passed())) {
            return result;
        }
    }
}

void LoopbackConnection::setTimeout(milliseconds limit) {
    const detail::Lock lock(state_->mutex);
    state_->shared.timeout = limit;
}

milliseconds LoopbackConnection::timeout() const noexcept {
    const detail::Lock lock(state_->mutex);
    return state_->shared.timeout;
}

std::string_view LoopbackConnection::peer() const noexcept {
    return state_->peer;
}

std::string_view LoopbackConnection::local() const noexcept {
    return "127.0.0.1:7000";
}

}  // namespace berth::testing
