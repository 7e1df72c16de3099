// host/engine/fiber_engine.cpp
#include "host/engine/fiber_engine.h"

#include <utility>

#include "host/engine/fiber_client.h"
#include "host/engine/loop_acceptor.h"

namespace berth::host {
namespace {

class LoopDispatcher final : public ClientDispatcher {
public:
    LoopDispatcher(LoopGroup& loops, ClientGate& gate) : loops_(loops), gate_(gate) {}

    void dispatch(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session,
                  const std::stop_token&) override {
        FiberClient::launch(client, std::move(session), loops_.next(), gate_);
    }

private:
    LoopGroup& loops_;
    ClientGate& gate_;
};

}  // namespace

FiberEngine::FiberEngine(const std::string& service, LoopGroup& loops,
                         std::shared_ptr<SessionSource> sessions)
    : gate_(loops.share(service)),
      acceptors_(service, {.sessions = sessions,
                           .dispatcher = std::make_shared<LoopDispatcher>(loops, gate_),
                           .nonBlocking = true,
                           .direct = [this, &loops, sessions](AcceptingSocketImpl& socket) {
                               return std::make_unique<LoopAcceptor>(loops, socket, *sessions,
                                                                     gate_);
                           }}) {}

FiberEngine::~FiberEngine() {
    acceptors_.clear();
    gate_.waitEmpty();
}

}  // namespace berth::host
