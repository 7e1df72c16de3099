// host/engine/fiber_engine.h - a fiber per client, on the loops of the host.
#pragma once

#include <memory>
#include <string>

#include "host/engine/acceptor.h"
#include "host/engine/client_gate.h"
#include "host/engine/engine.h"
#include "host/fiber/loop_group.h"

namespace berth::host {

// Poco's TCPServer owns each listener, as on threads. While nobody has to wait it lets the loops
// accept, so that no thread is woken on a client's way; else its filter takes the admitted client
// over. A client stays on its loop.
class FiberEngine final : public Engine {
public:
    // Borrows the loops, which are started. Throws: Poco::Exception.
    FiberEngine(const std::string& service, LoopGroup& loops,
                std::shared_ptr<SessionSource> sessions);
    ~FiberEngine() override;

    [[nodiscard]] std::unique_ptr<Waiting> prepare(const Listeners& listeners) override {
        return acceptors_.prepare(listeners);
    }
    void begin(const Listeners& listeners, std::unique_ptr<Waiting> waiting) noexcept override {
        acceptors_.begin(listeners, std::move(waiting));
    }
    [[nodiscard]] bool idle() const override { return gate_.empty(); }

private:
    ClientGate gate_;
    Acceptors acceptors_;
};

}  // namespace berth::host
