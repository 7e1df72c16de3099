// sdk/src/loopback_connection.cpp - both ends of a Connection in memory.
#include "berth/testing/loopback_connection.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

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

    // Runs `change` as the client's doing, and wakes the handler.
    template <class Change>
    void byClient(Change change) {
        const std::lock_guard lock(mutex);
        change();
        changed.notify_all();
        signal.raise();
    }

    // Waits until the handler has something to take, then lets `take` have it.
    template <class Take>
    Chunk takeWhenReady(Take take) {
        std::unique_lock lock(mutex);
        returnLent();
        const auto ready = [this] { return vanished || sendingFinished || !pieces.empty(); };
        if (timeout.count() <= 0) {
            changed.wait(lock, ready);
        } else if (!changed.wait_for(lock, timeout, ready)) {
            throw TimedOut("no byte came from the client in time");
        }
        throwIfVanished();
        return pieces.empty() ? Chunk() : take();
    }

    // The handler's right to the lent bytes ends here; whoever still looks at them will notice.
    void returnLent() {
        std::ranges::fill(lent, '\xDD');
        lent = std::string();
    }

    void throwIfVanished() const {
        if (vanished) throw ConnectionLost("the client reset the connection");
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

    const std::string peer;
    Signal signal;
    mutable std::mutex mutex;
    mutable std::condition_variable changed;  // either end did something
    // Guarded by mutex from here on.
    std::deque<std::string> pieces;
    std::string lent;
    std::string received;
    milliseconds timeout{10'000};
    bool sendingFinished = false;
    bool vanished = false;
    bool finished = false;
};

LoopbackConnection::LoopbackConnection(std::string peer)
    : state_(std::make_unique<State>(std::move(peer))) {}

LoopbackConnection::~LoopbackConnection() = default;

void LoopbackConnection::send(std::string_view bytes) {
    state_->byClient([&] {
        if (state_->sendingFinished) throw std::logic_error("send() after finishSending()");
        if (!bytes.empty()) state_->pieces.emplace_back(bytes);
    });
}

void LoopbackConnection::finishSending() {
    state_->byClient([&] { state_->sendingFinished = true; });
}

void LoopbackConnection::reset() {
    state_->byClient([&] { state_->vanished = true; });
}

std::string LoopbackConnection::received() const {
    const std::lock_guard lock(state_->mutex);
    return state_->received;
}

std::string LoopbackConnection::takeReceived() {
    const std::lock_guard lock(state_->mutex);
    return std::exchange(state_->received, {});
}

bool LoopbackConnection::waitForReceived(std::string_view text, milliseconds limit) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(
        lock, limit, [&] { return state_->received.find(text) != std::string::npos; });
}

bool LoopbackConnection::finished() const {
    const std::lock_guard lock(state_->mutex);
    return state_->finished;
}

Chunk LoopbackConnection::receive() {
    return state_->takeWhenReady([this] {
        state_->lent = std::move(state_->pieces.front());
        state_->pieces.pop_front();
        return Chunk(std::as_writable_bytes(std::span(state_->lent)));
    });
}

Chunk LoopbackConnection::read(std::span<std::byte> buffer) {
    if (buffer.empty()) throw std::logic_error("read() into an empty buffer");
    return state_->takeWhenReady([this, buffer] {
        auto& piece = state_->pieces.front();
        const auto count = std::min(piece.size(), buffer.size());
        std::ranges::copy(std::as_bytes(std::span(piece)).first(count), buffer.begin());
        piece.erase(0, count);
        if (piece.empty()) state_->pieces.pop_front();
        return Chunk(buffer.first(count));
    });
}

void LoopbackConnection::write(std::span<const std::byte> bytes) {
    const std::lock_guard lock(state_->mutex);
    if (state_->finished) throw std::logic_error("write() after finish()");
    state_->throwIfVanished();
    // The bytes of an object may be looked at as characters.
    state_->received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    state_->changed.notify_all();
}

void LoopbackConnection::finish() {
    const std::lock_guard lock(state_->mutex);
    state_->throwIfVanished();
    state_->finished = true;
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
            const std::lock_guard lock(state_->mutex);
            state_->signal.clear();
            result.client = state_->events(watched);
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
    const std::lock_guard lock(state_->mutex);
    state_->timeout = limit;
}

std::string_view LoopbackConnection::peer() const noexcept {
    return state_->peer;
}

std::string_view LoopbackConnection::local() const noexcept {
    return "127.0.0.1:7000";
}

}  // namespace berth::testing
