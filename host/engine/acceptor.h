// host/engine/acceptor.h - Poco's server on one listener, which admits clients and hands them on.
#pragma once

#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/ThreadPool.h>

#include <memory>
#include <stop_token>
#include <vector>

#include "host/engine/engine.h"
#include "host/engine/session.h"
#include "host/listen/listener.h"

namespace berth::host {

// What an engine does with a client that was admitted. Threads: called by acceptors.
class Taker {
public:
    Taker() = default;
    Taker(const Taker&) = delete;
    Taker& operator=(const Taker&) = delete;
    virtual ~Taker() = default;

    // True when Poco's pool is to serve the client, false when the engine took it over.
    virtual bool take(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session) = 0;
};

// Accepts from its construction on. Destroyed, it accepts no more; clients go on.
//
// Threads: the host's.
class Acceptor {
public:
    // What the acceptors of an engine share.
    struct Terms {
        Poco::ThreadPool& pool;
        Poco::Net::TCPServerParams::Ptr parameters;
        Poco::Net::TCPServerConnectionFactory::Ptr factory;
        std::shared_ptr<SessionSource> sessions;
        std::shared_ptr<Taker> taker;
        bool nonBlocking = false;  // the accepted sockets
    };

    // Throws: Poco::Exception when no thread can be started.
    Acceptor(std::shared_ptr<Listener> listener, const Terms& terms);
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;
    ~Acceptor();

    [[nodiscard]] const std::shared_ptr<Listener>& listener() const noexcept { return listener_; }

private:
    std::shared_ptr<Listener> listener_;
    std::stop_source stop_;  // ends the wait of a client that admission holds
    Poco::Net::TCPServer server_;
};

// The acceptors of one engine.
class Acceptors {
public:
    explicit Acceptors(Acceptor::Terms terms) : terms_(std::move(terms)) {}

    // As Engine::listen().
    void listen(const Engine::Listeners& listeners);
    void clear() { acceptors_.clear(); }

private:
    const Acceptor::Terms terms_;
    std::vector<std::unique_ptr<Acceptor>> acceptors_;
};

}  // namespace berth::host
