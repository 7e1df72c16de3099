// host/engine/acceptor.h - Poco's server on one listener, which admits clients and hands them on.
#pragma once

#include <Poco/ThreadPool.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "host/engine/engine.h"
#include "host/engine/session.h"
#include "host/listen/accepting_server.h"
#include "host/listen/listener.h"

namespace berth::host {

// What an engine does with a client that was admitted. Threads: called by acceptors.
class ClientDispatcher {
public:
    ClientDispatcher() = default;
    ClientDispatcher(const ClientDispatcher&) = delete;
    ClientDispatcher& operator=(const ClientDispatcher&) = delete;
    virtual ~ClientDispatcher() = default;

    // The engine serves the client from here on. `stop`: the acceptor ends.
    virtual void dispatch(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session,
                          const std::stop_token& stop) = 0;
};

// Poco's server, whose thread waits for a word before it accepts.
class WaitingServer final : public AcceptingServer {
public:
    using AcceptingServer::AcceptingServer;

    void begin() noexcept { decide(Word::Begin); }
    // False when it has begun.
    bool giveUp() noexcept { return decide(Word::GiveUp); }

private:
    enum class Word { None, Begin, GiveUp };

    // False when something else was decided before.
    bool decide(Word word) noexcept;
    void run() override;

    std::atomic<Word> word_{Word::None};
};

// Accepts from begin() on. Destroyed, it accepts no more; clients go on.
//
// Threads: the host's.
class Acceptor {
public:
    // What the acceptors of an engine share.
    struct Setup {
        std::shared_ptr<SessionSource> sessions;
        std::shared_ptr<ClientDispatcher> dispatcher;
        bool nonBlocking = false;  // the accepted sockets
        // Who accepts while nobody has to wait; empty: the acceptor itself.
        std::function<std::unique_ptr<DirectAcceptor>(AcceptingSocketImpl&)> direct = {};
    };

    // Does not touch the listener. Throws: Poco::Exception when no thread can be started.
    Acceptor(std::shared_ptr<Listener> listener, const Setup& setup, Poco::ThreadPool& pool);
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;
    ~Acceptor();

    // Needs nothing any more. Nobody else accepts on the listener by then.
    void begin() noexcept;

    [[nodiscard]] const std::shared_ptr<Listener>& listener() const noexcept { return listener_; }

private:
    std::shared_ptr<Listener> listener_;
    std::function<void(const SocketName& peer)> shed_;
    const bool nonBlocking_;
    std::unique_ptr<DirectAcceptor> direct_;
    std::stop_source stop_;  // ends the wait of a client that admission holds
    WaitingServer server_;
};

// The acceptors of one engine.
class Acceptors {
public:
    // Throws: Poco::Exception.
    Acceptors(const std::string& name, Acceptor::Setup setup)
        : pool_(name, 1, 1), setup_(std::move(setup)) {}

    // As those of Engine.
    [[nodiscard]] std::unique_ptr<Engine::Waiting> prepare(const Engine::Listeners& listeners);
    void begin(const Engine::Listeners& listeners,
               std::unique_ptr<Engine::Waiting> waiting) noexcept;
    void clear() { acceptors_.clear(); }

private:
    struct Waiting;
    [[nodiscard]] bool accepts(const std::shared_ptr<Listener>& listener) const;

    Poco::ThreadPool pool_;  // of all their servers
    const Acceptor::Setup setup_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace berth::host
