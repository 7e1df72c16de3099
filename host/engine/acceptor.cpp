// host/engine/acceptor.cpp
#include "host/engine/acceptor.h"

#include <algorithm>
#include <utility>

namespace berth::host {
namespace {

class AdmissionFilter final : public AcceptingServer::Filter {
public:
    AdmissionFilter(std::shared_ptr<SessionSource> sessions,
                    std::shared_ptr<ClientDispatcher> dispatcher, std::stop_token stop)
        : sessions_(std::move(sessions)),
          dispatcher_(std::move(dispatcher)),
          stop_(std::move(stop)) {}

    bool accept(const Poco::Net::StreamSocket& client) override {
        if (auto session = sessions_->admit(client, stop_)) {
            dispatcher_->dispatch(client, std::move(session), stop_);
        }
        return false;  // nothing is left for Poco to do with it
    }

private:
    const std::shared_ptr<SessionSource> sessions_;
    const std::shared_ptr<ClientDispatcher> dispatcher_;
    const std::stop_token stop_;
};

}  // namespace

bool WaitingServer::decide(Word word) noexcept {
    auto none = Word::None;
    if (!word_.compare_exchange_strong(none, word)) return false;
    word_.notify_all();
    return true;
}

void WaitingServer::run() {
    word_.wait(Word::None);
    if (word_ == Word::Begin) TCPServer::run();
}

Acceptor::Acceptor(std::shared_ptr<Listener> listener, const Setup& setup, Poco::ThreadPool& pool)
    : listener_(std::move(listener)),
      shed_([sessions = setup.sessions](const auto& peer) { sessions->turnedAway(peer); }),
      nonBlocking_(setup.nonBlocking),
      direct_(setup.direct ? setup.direct(listener_->socket().accepting()) : nullptr),
      server_(listener_->socket(), pool,
              new AdmissionFilter(setup.sessions, setup.dispatcher, stop_.get_token())) {
    server_.start();
}

void Acceptor::begin() noexcept {
    auto& socket = listener_->socket().accepting();
    socket.resume(nonBlocking_);
    socket.onShed(std::move(shed_));
    socket.lendTo(direct_.get());
    server_.begin();
}

Acceptor::~Acceptor() {
    stop_.request_stop();
    auto& socket = listener_->socket().accepting();
    const bool begun = !server_.giveUp();
    if (begun) socket.interrupt();
    server_.end();
    if (!begun) return;
    if (direct_) direct_->stop();
    socket.lendTo(nullptr);
}

struct Acceptors::Waiting final : Engine::Waiting {
    std::vector<std::unique_ptr<Acceptor>> acceptors;
};

bool Acceptors::accepts(const std::shared_ptr<Listener>& listener) const {
    return std::ranges::any_of(acceptors_,
                               [&](const auto& each) { return each->listener() == listener; });
}

std::unique_ptr<Engine::Waiting> Acceptors::prepare(const Engine::Listeners& listeners) {
    auto waiting = std::make_unique<Waiting>();
    for (const auto& listener : listeners) {
        if (accepts(listener)) continue;
        waiting->acceptors.push_back(std::make_unique<Acceptor>(listener, setup_, pool_));
    }
    acceptors_.reserve(acceptors_.size() + waiting->acceptors.size());
    return waiting;
}

void Acceptors::begin(const Engine::Listeners& listeners,
                      std::unique_ptr<Engine::Waiting> waiting) noexcept {
    if (auto* const prepared = static_cast<Waiting*>(waiting.get())) {
        for (auto& acceptor : prepared->acceptors) {
            acceptor->begin();
            acceptors_.push_back(std::move(acceptor));  // prepare() made room
        }
    }
    std::erase_if(acceptors_, [&](const auto& each) {
        return std::ranges::find(listeners, each->listener()) == listeners.end();
    });
}

}  // namespace berth::host
