// host/engine/fiber_client.cpp
#include "host/engine/fiber_client.h"

#include <Poco/Exception.h>

#include <exception>
#include <new>
#include <utility>

#include "host/engine/client_gate.h"
#include "host/engine/fiber_connection.h"

namespace berth::host {

FiberClient::FiberClient(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session,
                         Loop& loop, ClientGate& gate)
    : gate_(&gate),
      socket_(socket),
      watch_(loop, socket.impl()->sockfd(), *this),
      session_(std::move(session)) {
    gate_->enter();
    ++loop.clients;
}

FiberClient::~FiberClient() {
    end();
}

void FiberClient::end() noexcept {
    if (gate_ == nullptr) return;
    // The last session of an old deployment destroys it, and whoever waits for the gate may then
    // count on that.
    session_.reset();
    socket_.reset();
    --watch_.loop().clients;
    std::exchange(gate_, nullptr)->leave();
}

void FiberClient::launch(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session,
                         Loop& loop, ClientGate& gate) noexcept {
    std::unique_ptr<FiberClient> client;
    try {
        client = std::make_unique<FiberClient>(socket, std::move(session), loop, gate);
    } catch (const std::bad_alloc& error) {
        session->abandon(socket, error.what());  // it was not moved
        return;
    }
    auto* const launched = client.release();  // begin() may be followed by its end at once
    try {
        launched->watch_.begin();
    } catch (const std::exception& error) {
        client.reset(launched);
        client->session_->abandon(*client->socket_, error.what());
    }
}

void FiberClient::run() noexcept {
    const std::unique_ptr<FiberClient> owner(this);
    serve();
}

void FiberClient::moveTo(Loop& loop) noexcept {
    std::unique_ptr<FiberClient> shell(this);
    watch_.leave();
    launch(*socket_, std::move(session_), loop, *gate_);
    end();
    watch_.loop().bury(std::move(shell));
}

const std::shared_ptr<HelperShare>& FiberClient::helpers() const noexcept {
    return gate_->helpers();
}

void FiberClient::serve() noexcept {
    if (!prepare()) return drop();
    FiberConnection connection(*socket_, session_->record(), session_->limits(), watch_);
    session_->serve(connection);
}

bool FiberClient::prepare() noexcept {
    try {
        return session_->prepare(*socket_);
    } catch (const std::exception& error) {
        session_->abandon(*socket_, error.what());
        return false;
    }
}

void FiberClient::drop() noexcept {
    watch_.end();
    session_.reset();  // until then a cut may use the socket
    try {
        socket_->close();
    } catch (const Poco::Exception&) {
        // The descriptor is gone in any case.
    }
}

}  // namespace berth::host
