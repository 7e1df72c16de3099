// host/engine/loop_acceptor.h - the loops accept the clients of a listener themselves.
#pragma once

#include <vector>

#include "host/engine/client_gate.h"
#include "host/engine/session.h"
#include "host/fiber/loop_group.h"
#include "host/listen/accepting_socket.h"

namespace berth::host {

// A loop that waits is woken by a client, and serves him itself unless another one has clearly
// fewer. What would wait, or needs more than a plain accept, goes back to the socket's acceptor.
//
// Threads: the acceptor's. Lifetime: borrows all; the loops are started.
class LoopAcceptor final : public DirectAcceptor {
public:
    // Throws: std::bad_alloc.
    LoopAcceptor(LoopGroup& loops, AcceptingSocketImpl& socket, SessionSource& sessions,
                 ClientGate& gate);
    ~LoopAcceptor() override;

    bool start() noexcept override;
    void stop() noexcept override;

private:
    class ListenerWatch;

    std::vector<ListenerWatch*> watches_;  // one a loop
    // Each owns one of them, and goes to the loop in the end: an event may be on its way.
    std::vector<Loop::Remains> remains_;
};

}  // namespace berth::host
