// host/engine/fiber_client.cpp
#include "host/engine/fiber_client.h"

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

#include "host/engine/client_gate.h"
#include "host/engine/fiber_connection.h"

namespace berth::host {

FiberClient::FiberClient(const Poco::Net::StreamSocket& socket, std::unique_ptr<Session> session,
                         Loop& loop, ClientGate& gate)
    : gate_(gate),
      socket_(socket),
      watch_(loop, socket.impl()->sockfd(), *this),
      session_(std::move(session)) {
    gate_.enter();
    ++loop.clients;
}

FiberClient::~FiberClient() {
    // The last session of an old deployment destroys it, and whoever waits for the gate may then
    // count on that.
    session_.reset();
    socket_ = Poco::Net::StreamSocket();
    --watch_.loop().clients;
    gate_.leave();
}

void FiberClient::launch(std::unique_ptr<FiberClient> client) {
    auto* const launched = client.release();  // begin() may be followed by its end at once
    try {
        launched->watch_.begin();
    } catch (...) {
        const std::unique_ptr<FiberClient> dropped(launched);
        throw;
    }
}

void FiberClient::run() noexcept {
    const std::unique_ptr<FiberClient> owner(this);
    serve();
}

void FiberClient::abandon() noexcept {
    const std::unique_ptr<FiberClient> owner(this);
    drop();
}

void FiberClient::serve() noexcept {
    auto stream = prepare();
    if (!stream) return drop();
    FiberConnection connection(*stream, session_->record(), session_->limits(), watch_);
    session_->serve(connection);
}

std::optional<Poco::Net::StreamSocket> FiberClient::prepare() noexcept {
    try {
        return session_->prepare(socket_);
    } catch (const std::exception&) {
        return std::nullopt;  // no memory for this client; the session logs that it was dropped
    }
}

void FiberClient::drop() noexcept {
    watch_.end();
    session_.reset();  // until then a cut may use the socket
    socket_.close();
}

std::size_t FiberClient::describe(std::span<char> text) const noexcept {
    std::size_t size = 0;
    const auto add = [&](std::string_view part) {
        const auto count = std::min(part.size(), text.size() - size);
        std::copy_n(part.data(), count, text.data() + size);
        size += count;
    };
    add("service \"");
    add(gate_.service());
    add("\", client ");
    const auto peer = session_ ? session_->peer() : std::string_view();
    add(peer.empty() ? "not yet known" : peer);
    return size;
}

}  // namespace berth::host
