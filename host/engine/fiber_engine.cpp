// host/engine/fiber_engine.cpp
#include "host/engine/fiber_engine.h"

#include <Poco/Net/TCPServerConnection.h>

#include <system_error>
#include <utility>

#include "host/engine/fiber_client.h"

namespace berth::host {
namespace {

class LoopTaker final : public Taker {
public:
    LoopTaker(LoopGroup& loops, ClientGate& gate) : loops_(loops), gate_(gate) {}

    bool take(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session) override {
        try {
            FiberClient::launch(
                std::make_unique<FiberClient>(client, std::move(session), loops_.next(), gate_));
        } catch (const std::system_error&) {
            // The kernel watches no more sockets; the session has logged that it was dropped.
        }
        return false;
    }

private:
    LoopGroup& loops_;
    ClientGate& gate_;
};

// Nobody asks it: each client is taken over before.
class NoConnections final : public Poco::Net::TCPServerConnectionFactory {
public:
    Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket&) override {
        return nullptr;
    }
};

}  // namespace

FiberEngine::FiberEngine(const std::string& service, LoopGroup& loops,
                         std::shared_ptr<SessionSource> sessions)
    : gate_(service),
      pool_(service, 1, 1),
      acceptors_({.pool = pool_,
                  .parameters = new Poco::Net::TCPServerParams,
                  .factory = new NoConnections,
                  .sessions = std::move(sessions),
                  .taker = std::make_shared<LoopTaker>(loops, gate_),
                  .nonBlocking = true}) {}

FiberEngine::~FiberEngine() {
    acceptors_.clear();
    gate_.waitEmpty();
}

}  // namespace berth::host
