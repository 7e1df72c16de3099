// host/engine/thread_engine.cpp
#include "host/engine/thread_engine.h"

#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>

#include <algorithm>
#include <utility>

#include "host/engine/stream_connection.h"

namespace berth::host {
namespace {

constexpr int kMostThreads = 1 << 16;

int bounded(std::size_t count) {
    return static_cast<int>(std::clamp<std::size_t>(count, 1, kMostThreads));
}

class AdmissionFilter final : public Poco::Net::TCPServerConnectionFilter {
public:
    AdmissionFilter(std::shared_ptr<SessionSource> sessions, std::stop_token stop)
        : sessions_(std::move(sessions)), stop_(std::move(stop)) {}

    bool accept(const Poco::Net::StreamSocket& client) override {
        auto session = sessions_->admit(client, stop_);
        if (!session) return false;
        AcceptedSocketImpl::of(client).attach(std::move(session));
        return true;
    }

private:
    std::shared_ptr<SessionSource> sessions_;
    std::stop_token stop_;
};

class ThreadConnection final : public Poco::Net::TCPServerConnection {
public:
    using TCPServerConnection::TCPServerConnection;

    void run() override {
        const auto accepted = AcceptedSocketImpl::of(socket()).detach();
        auto& session = static_cast<Session&>(*accepted);
        const auto stream = session.prepare(socket());
        if (!stream) return;
        StreamConnection connection(*stream, session.record(), session.limits());
        session.serve(connection);
    }
};

}  // namespace

// Poco's server on one listener. Destroyed, it accepts no more; handlers go on in the pool.
class ThreadEngine::Acceptor {
public:
    Acceptor(const ThreadEngine& engine, std::shared_ptr<Listener> listener)
        : listener_(std::move(listener)),
          server_(new Poco::Net::TCPServerConnectionFactoryImpl<ThreadConnection>, *engine.pool_,
                  listener_->socket(), parameters(engine)) {
        auto& socket = listener_->socket().accepting();
        socket.resume();
        socket.onShed([sessions = engine.sessions_] { sessions->countShed(); });
        server_.setConnectionFilter(new AdmissionFilter(engine.sessions_, stop_.get_token()));
        server_.start();
    }
    Acceptor(const Acceptor&) = delete;
    Acceptor& operator=(const Acceptor&) = delete;

    ~Acceptor() {
        stop_.request_stop();
        listener_->socket().accepting().interrupt();
        server_.stop();
    }

    [[nodiscard]] const std::shared_ptr<Listener>& listener() const noexcept { return listener_; }

private:
    static Poco::Net::TCPServerParams::Ptr parameters(const ThreadEngine& engine) {
        Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
        params->setMaxThreads(bounded(engine.threads_));
        params->setMaxQueued(bounded(engine.queue_));
        return params;
    }

    std::shared_ptr<Listener> listener_;
    std::stop_source stop_;  // ends the wait of a client that admission holds
    Poco::Net::TCPServer server_;
};

ThreadEngine::ThreadEngine(std::string name, std::size_t threads, std::size_t queue,
                           std::shared_ptr<SessionSource> sessions)
    : name_(std::move(name)),
      threads_(threads),
      queue_(queue),
      sessions_(std::move(sessions)),
      pool_(std::make_unique<Poco::ThreadPool>(name_, 1, kMostThreads)) {}

ThreadEngine::~ThreadEngine() {
    acceptors_.clear();
    pool_->joinAll();
}

void ThreadEngine::listen(const Listeners& listeners) {
    std::vector<std::unique_ptr<Acceptor>> wanted;
    std::vector<std::pair<std::size_t, std::size_t>> kept;  // index in acceptors_, in wanted
    for (const auto& listener : listeners) {
        const auto found = std::ranges::find(
            acceptors_, listener, [](const auto& a) { return a ? a->listener() : nullptr; });
        if (found == acceptors_.end()) {
            wanted.push_back(std::make_unique<Acceptor>(*this, listener));
        } else {
            kept.emplace_back(found - acceptors_.begin(), wanted.size());
            wanted.push_back(nullptr);
        }
    }
    for (const auto& [from, to] : kept) wanted[to] = std::move(acceptors_[from]);
    acceptors_ = std::move(wanted);
}

}  // namespace berth::host
