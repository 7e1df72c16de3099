// host/engine/acceptor.cpp
#include "host/engine/acceptor.h"

#include <algorithm>
#include <utility>

namespace berth::host {
namespace {

class AdmissionFilter final : public Poco::Net::TCPServerConnectionFilter {
public:
    AdmissionFilter(std::shared_ptr<SessionSource> sessions, std::shared_ptr<Taker> taker,
                    std::stop_token stop)
        : sessions_(std::move(sessions)), taker_(std::move(taker)), stop_(std::move(stop)) {}

    bool accept(const Poco::Net::StreamSocket& client) override {
        auto session = sessions_->admit(client, stop_);
        return session && taker_->take(client, std::move(session));
    }

private:
    const std::shared_ptr<SessionSource> sessions_;
    const std::shared_ptr<Taker> taker_;
    const std::stop_token stop_;
};

}  // namespace

Acceptor::Acceptor(std::shared_ptr<Listener> listener, const Terms& terms)
    : listener_(std::move(listener)),
      server_(terms.factory, terms.pool, listener_->socket(), terms.parameters) {
    auto& socket = listener_->socket().accepting();
    socket.resume(terms.nonBlocking);
    socket.onShed([sessions = terms.sessions] { sessions->countShed(); });
    server_.setConnectionFilter(
        new AdmissionFilter(terms.sessions, terms.taker, stop_.get_token()));
    server_.start();
}

Acceptor::~Acceptor() {
    stop_.request_stop();
    listener_->socket().accepting().interrupt();
    server_.stop();
}

void Acceptors::listen(const Engine::Listeners& listeners) {
    std::vector<std::unique_ptr<Acceptor>> wanted;
    std::vector<std::pair<std::size_t, std::size_t>> kept;  // index in acceptors_, in wanted
    for (const auto& listener : listeners) {
        const auto found = std::ranges::find(
            acceptors_, listener, [](const auto& a) { return a ? a->listener() : nullptr; });
        if (found == acceptors_.end()) {
            wanted.push_back(std::make_unique<Acceptor>(listener, terms_));
        } else {
            kept.emplace_back(found - acceptors_.begin(), wanted.size());
            wanted.push_back(nullptr);
        }
    }
    for (const auto& [from, to] : kept) wanted[to] = std::move(acceptors_[from]);
    acceptors_ = std::move(wanted);
}

}  // namespace berth::host
