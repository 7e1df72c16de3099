// host/engine/thread_engine.cpp
#include "host/engine/thread_engine.h"

#include <Poco/Net/TCPServerConnection.h>

#include <algorithm>
#include <utility>

#include "host/engine/stream_connection.h"

namespace berth::host {
namespace {

constexpr int kMostThreads = 1 << 16;

int bounded(std::size_t count) {
    return static_cast<int>(std::clamp<std::size_t>(count, 1, kMostThreads));
}

// The session travels inside the socket to the thread that Poco's pool finds for it.
class PoolTaker final : public Taker {
public:
    bool take(const Poco::Net::StreamSocket& client, std::unique_ptr<Session> session) override {
        AcceptedSocketImpl::of(client).attach(std::move(session));
        return true;
    }
};

class ThreadConnection final : public Poco::Net::TCPServerConnection {
public:
    using TCPServerConnection::TCPServerConnection;

    void run() override {
        const auto accepted = AcceptedSocketImpl::of(socket()).detach();
        auto& session = static_cast<Session&>(*accepted);
        auto stream = session.prepare(socket());
        if (!stream) return;
        StreamConnection connection(*stream, session.record(), session.limits());
        session.serve(connection);
    }
};

Poco::Net::TCPServerParams::Ptr parameters(std::size_t threads, std::size_t queue) {
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setMaxThreads(bounded(threads));
    params->setMaxQueued(bounded(queue));
    // A thread that begins to wait for a client while the server stops is not woken: it finds out
    // after this time, and whoever waits for the engine with it.
    params->setThreadIdleTime(Poco::Timespan(1, 0));
    return params;
}

}  // namespace

ThreadEngine::ThreadEngine(const std::string& name, std::size_t threads, std::size_t queue,
                           std::shared_ptr<SessionSource> sessions)
    : pool_(name, 1, kMostThreads),
      acceptors_({.pool = pool_,
                  .parameters = parameters(threads, queue),
                  .factory = new Poco::Net::TCPServerConnectionFactoryImpl<ThreadConnection>,
                  .sessions = std::move(sessions),
                  .taker = std::make_shared<PoolTaker>()}) {}

ThreadEngine::~ThreadEngine() {
    acceptors_.clear();
    pool_.joinAll();
}

}  // namespace berth::host
