// host/engine/connection_record.h - what is known of one live connection, and the way to cut it.
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::host {

// Why the host itself ended a connection.
enum class CutReason : std::uint8_t { None, Killed, Drained, Lifetime };

// Told when the host cuts a connection.
class CutObserver {
public:
    // From any thread, while the connection's descriptor is open.
    virtual void onCut() noexcept = 0;

protected:
    ~CutObserver() = default;
};

// Threads: the counts are written by the connection's handler and read by anybody; cut() may be
//          called from any thread.
class ConnectionRecord {
public:
    using Clock = std::chrono::steady_clock;

    // What never changes while the connection lives.
    struct Facts {
        std::uint64_t id = 0;
        std::string peer;
        std::shared_ptr<const std::string> local;  // shared by the clients of a listener
        std::uint64_t generation = 0;              // of the plugin that serves it
        std::uint64_t deployment = 0;              // of the service object that serves it
    };

    ConnectionRecord(Facts facts, const Poco::Net::StreamSocket& socket);

    [[nodiscard]] const Facts& facts() const noexcept { return facts_; }
    [[nodiscard]] std::string_view local() const noexcept {
        return facts_.local ? std::string_view(*facts_.local) : std::string_view();
    }
    [[nodiscard]] Clock::duration age() const noexcept { return Clock::now() - started_; }
    // Since a byte last came or went; as exact as the kernel's coarse clock.
    [[nodiscard]] std::chrono::milliseconds idle() const noexcept;
    [[nodiscard]] std::uint64_t bytesIn() const noexcept { return load(bytesIn_); }
    [[nodiscard]] std::uint64_t bytesOut() const noexcept { return load(bytesOut_); }

    // Where the counts are that each message changes.
    [[nodiscard]] const void* hottest() const noexcept { return &bytesOut_; }

    void addIn(std::size_t bytes) noexcept { add(bytesIn_, bytes); }
    void addOut(std::size_t bytes) noexcept { add(bytesOut_, bytes); }

    // The client said that it sends no more.
    void noteEndOfInput() noexcept { endOfInput_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool endOfInput() const noexcept {
        return endOfInput_.load(std::memory_order_relaxed);
    }

    // A write, not a read, took too long.
    void noteWriteTimeout() noexcept { writeTimeout_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool writeTimeout() const noexcept {
        return writeTimeout_.load(std::memory_order_relaxed);
    }

    // The number of the loop that runs its handler; 0: a thread of its own does, or none so far.
    void noteLoop(std::uint32_t number) noexcept { loop_.store(number, std::memory_order_relaxed); }
    [[nodiscard]] std::uint32_t loop() const noexcept {
        return loop_.load(std::memory_order_relaxed);
    }

    // Makes the handler's next or current call throw ConnectionLost. The first reason stays.
    void cut(CutReason reason) noexcept;
    [[nodiscard]] CutReason cutReason() const noexcept {
        return cut_.load(std::memory_order_acquire);
    }
    // Tells the observer of each cut from now on, until end(). Borrows it.
    void observeCuts(CutObserver& observer) noexcept { observer_ = &observer; }
    // As it was accepted, beneath TLS. The handler's, until end().
    [[nodiscard]] Poco::Net::StreamSocket& accepted() noexcept { return *socket_; }
    // The handler is done: from here on cut() leaves the descriptor and the observer alone.
    void end() noexcept;

private:
    using Count = std::atomic<std::uint64_t>;
    static std::uint64_t load(const Count& count) noexcept {
        return count.load(std::memory_order_relaxed);
    }
    // One writer: a plain store is enough, and cheaper than a locked addition.
    void add(Count& count, std::size_t bytes) noexcept {
        count.store(load(count) + bytes, std::memory_order_relaxed);
        lastActive_.store(coarseNow(), std::memory_order_relaxed);
    }
    static std::int64_t coarseNow() noexcept;  // milliseconds

    const Facts facts_;
    const Clock::time_point started_ = Clock::now();
    Count bytesIn_{0};
    Count bytesOut_{0};
    std::atomic<std::int64_t> lastActive_{coarseNow()};
    std::atomic<bool> endOfInput_{false};
    std::atomic<bool> writeTimeout_{false};
    std::atomic<CutReason> cut_{CutReason::None};
    // Who may use the socket and the observer: a cut while it cuts, nobody after the end.
    enum class Hold : std::uint8_t { Free, Cutting, Ended };
    std::atomic<Hold> hold_{Hold::Free};

public:
    // Where its registry keeps it; guarded by the registry's lock. It fills a gap between others:
    // an idle client is to cost little.
    std::uint32_t registrySlot = 0;

private:
    std::atomic<std::uint32_t> loop_{0};
    std::optional<Poco::Net::StreamSocket> socket_;  // an empty one of Poco's would take memory
    std::atomic<CutObserver*> observer_{nullptr};
};

}  // namespace berth::host
