// tests/host/engine/contract/engine_under_test.h - a real engine whose handler is a function.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "berth/connection.h"
#include "host/engine/engine.h"
#include "host/fiber/loop_group.h"
#include "host/listen/listener.h"
#include "host/service/client_setup.h"
#include "host/service/run_handler.h"
#include "support/tcp_client.h"
#include "support/wait_until.h"

namespace berth::test {

enum class EngineKind { Threads, Fibers };

using Handler = std::function<void(Connection&)>;

// One client on its way through the engine, from its first step in prepare() on.
struct ServedClient {
    std::shared_ptr<host::ConnectionRecord> record{};
    Poco::Net::StreamSocket socket{};  // the engine's end
    std::atomic<bool> done{false};
    host::Ending ending{};  // once it is done
};

// Port 0 of the loopback device.
[[nodiscard]] host::ListenAddress loopback();

// What a test may know of all clients. Threads: any.
class Ledger {
public:
    void add(const std::shared_ptr<ServedClient>& client);
    [[nodiscard]] std::vector<std::shared_ptr<ServedClient>> clients() const;
    // An assertion of a handler's: the first one is kept for the test.
    void fail(const std::exception_ptr& failure);
    [[nodiscard]] std::exception_ptr takeFailure();

    // Null: no TLS.
    void setSetup(std::shared_ptr<const host::ClientSetup> setup);
    [[nodiscard]] std::shared_ptr<const host::ClientSetup> setup() const;

    std::atomic<std::size_t> ended{0};  // sessions that are gone
    std::atomic<bool> failsToPrepare{false};

private:
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<ServedClient>> clients_;
    std::exception_ptr failure_;
    std::shared_ptr<const host::ClientSetup> setup_;
};

// A threads engine, or a fibers engine with one loop of its own, on one listener.
class EngineUnderTest {
public:
    EngineUnderTest(EngineKind kind, Handler handler, host::ConnectionLimits limits = {});
    EngineUnderTest(EngineKind kind, Handler handler, host::ConnectionLimits limits,
                    const host::ListenAddress& address, const host::ListenOptions& options = {});
    EngineUnderTest(const EngineUnderTest&) = delete;
    EngineUnderTest& operator=(const EngineUnderTest&) = delete;
    ~EngineUnderTest() { close(); }

    [[nodiscard]] TcpClient connect();
    // The client that came as number `index`, once its handler is about to run.
    [[nodiscard]] std::shared_ptr<ServedClient> client(std::size_t index = 0) const;
    void cutAll(host::CutReason reason) const;
    // Waits until every client that connect() made is gone. Throws: what a handler asserted.
    void awaitAll(std::chrono::milliseconds limit = kPatience);
    // The same, and no handler was left by an exception.
    void settle();
    // Accepts no more and destroys the engine, which waits for its clients.
    void destroyEngine();
    // Cuts whoever is left and ends the engine. What a handler asserted, unless it was thrown
    // already.
    std::exception_ptr close();
    // Clients that come from now on speak TLS.
    void speakTls(std::shared_ptr<const host::ClientSetup> setup) {
        ledger_->setSetup(std::move(setup));
    }
    [[nodiscard]] std::uint16_t port() const { return listener_->bound().port; }
    // Counts a client that connects by itself.
    void expectClient() noexcept { ++connected_; }
    // From now on what comes before the handler throws.
    void failToPrepare() noexcept { ledger_->failsToPrepare = true; }
    // Of sessions that are gone.
    [[nodiscard]] std::size_t ended() const noexcept { return ledger_->ended; }

private:
    const std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
    std::shared_ptr<host::Listener> listener_;
    host::LoopGroup loops_;
    std::unique_ptr<host::Engine> engine_;
    std::atomic<std::size_t> connected_{0};
};

}  // namespace berth::test
