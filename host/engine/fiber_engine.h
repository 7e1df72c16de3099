// host/engine/fiber_engine.h - a fiber per client, on the loops of the host.
#pragma once

#include <Poco/ThreadPool.h>

#include <memory>
#include <string>

#include "host/engine/acceptor.h"
#include "host/engine/client_gate.h"
#include "host/engine/engine.h"
#include "host/fiber/loop_group.h"

namespace berth::host {

// Poco's TCPServer accepts, as on threads; its filter takes the admitted client over and gives it
// to the loop with the fewest clients, where it stays.
class FiberEngine final : public Engine {
public:
    // Borrows the loops, which are started. Throws: Poco::Exception.
    FiberEngine(const std::string& service, LoopGroup& loops,
                std::shared_ptr<SessionSource> sessions);
    ~FiberEngine() override;

    void listen(const Listeners& listeners) override { acceptors_.listen(listeners); }
    [[nodiscard]] bool idle() const override { return gate_.empty(); }

private:
    ClientGate gate_;
    Poco::ThreadPool pool_;  // Poco's server asks for one; no client ever gets a thread of it
    Acceptors acceptors_;
};

}  // namespace berth::host
