// host/engine/loop_acceptor.cpp
#include "host/engine/loop_acceptor.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>

#include <cerrno>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "berth/detail/mutex.h"
#include "host/engine/fiber_client.h"

namespace berth::host {
namespace {

// So many more than the loop with the fewest may one have before it hands a client on: that costs
// a wake, and those who come and go at once even out by themselves.
constexpr std::size_t kSlack = 2;
// Clients that a loop accepts in one turn, in which its others wait.
constexpr int kAtOnce = 16;

}  // namespace

// One loop's watch of the listener.
class LoopAcceptor::ListenerWatch final : public Watch {
public:
    ListenerWatch(LoopGroup& loops, Loop& own, AcceptingSocketImpl& socket, SessionSource& sessions,
                  ClientGate& gate)
        : loops_(loops), own_(own), socket_(socket), sessions_(sessions), gate_(gate) {}

    [[nodiscard]] Loop& loop() const noexcept { return own_; }
    // Throws: std::system_error.
    void open() {
        const detail::Lock lock(mutex_);
        if (open_) return;
        own_.watchListener(socket_.sockfd(), *this);
        open_ = true;
    }
    void close() noexcept {
        const detail::Lock lock(mutex_);
        shut();
    }

    void onEvents(std::uint32_t) noexcept override {
        const detail::Lock lock(mutex_);
        // The kernel tells again of those that this leaves.
        for (int i = 0; i < kAtOnce; ++i) {
            if (!acceptOne()) return;
        }
    }

private:
    // False when nobody is left for this loop. What Poco's server would tell of is told in its way.
    bool acceptOne() noexcept BERTH_REQUIRES(mutex_) {
        if (socket_.isOnHold()) shut();
        if (!open_) return false;
        try {
            if (auto accepted = socket_.tryAccept()) {
                admit(std::move(accepted));
                return true;
            }
            const int error = errno;
            if (!AcceptingSocketImpl::concernsOneClient(error)) giveBack({});
            return error != EAGAIN;
        } catch (const Poco::Exception& error) {
            Poco::ErrorHandler::handle(error);
        } catch (const std::exception& error) {
            Poco::ErrorHandler::handle(error);
        }
        return true;
    }

    // Asks for him once: who is lost meanwhile is gone, and not counted again.
    void admit(std::unique_ptr<AcceptedSocketImpl> accepted) BERTH_REQUIRES(mutex_) {
        const bool reserved = socket_.isReserved(*accepted);
        std::optional<Poco::Net::StreamSocket> client;
        client.emplace(accepted.release());  // Poco counts references from here on
        if (reserved) return giveBack(std::move(client));
        auto admitted = sessions_.admitNow(*client);
        if (admitted.mustWait) return giveBack(std::move(client));
        if (!admitted.session) return;
        FiberClient::launch(*client, std::move(admitted.session), target(), gate_);
    }

    void giveBack(std::optional<Poco::Net::StreamSocket> client) noexcept BERTH_REQUIRES(mutex_) {
        shut();
        socket_.takeBack(std::move(client));
    }

    [[nodiscard]] Loop& target() const noexcept {
        auto& least = loops_.next();
        return own_.clients <= least.clients + kSlack ? own_ : least;
    }

    void shut() noexcept BERTH_REQUIRES(mutex_) {
        if (!std::exchange(open_, false)) return;
        own_.forget(socket_.sockfd());
    }

    LoopGroup& loops_;
    Loop& own_;
    AcceptingSocketImpl& socket_;
    SessionSource& sessions_;
    ClientGate& gate_;
    detail::Mutex mutex_;
    bool open_ BERTH_GUARDED_BY(mutex_) = false;
};

LoopAcceptor::LoopAcceptor(LoopGroup& loops, AcceptingSocketImpl& socket, SessionSource& sessions,
                           ClientGate& gate) {
    for (const auto& loop : loops.loops()) {
        const auto watch = std::make_shared<ListenerWatch>(loops, *loop, socket, sessions, gate);
        watches_.push_back(watch.get());
        remains_.push_back({watch});
    }
}

LoopAcceptor::~LoopAcceptor() {
    LoopAcceptor::stop();
    for (std::size_t i = 0; i < watches_.size(); ++i)
        watches_[i]->loop().bury(std::move(remains_[i]));
}

bool LoopAcceptor::start() noexcept {
    try {
        for (auto* const watch : watches_) watch->open();
        return true;
    } catch (const std::exception&) {
        stop();  // the kernel watches no more sockets
        return false;
    }
}

void LoopAcceptor::stop() noexcept {
    for (auto* const watch : watches_) watch->close();
}

}  // namespace berth::host
