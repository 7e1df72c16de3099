// kit/kit_sessions.cpp
#include "kit/kit_sessions.h"

#include <utility>

#include "host/listen/accepted_socket.h"
#include "host/listen/socket_name.h"

namespace berth::kit {
namespace {

// As a service has them that sets none.
constexpr host::ConnectionLimits kLimits{.idleTimeout = std::chrono::minutes(5),
                                         .writeTimeout = std::chrono::seconds(30)};

bool everyone(const host::ConnectionRecord&) {
    return true;
}

}  // namespace

class KitSessions::One final : public host::Session {
public:
    One(std::shared_ptr<KitSessions> all, std::shared_ptr<host::ConnectionRecord> record)
        : all_(std::move(all)), record_(std::move(record)) {}
    ~One() override { all_->registry_.remove(*record_); }

    [[nodiscard]] bool prepare(Poco::Net::StreamSocket&) override { return true; }
    [[nodiscard]] host::ConnectionRecord& record() noexcept override { return *record_; }
    [[nodiscard]] host::ConnectionLimits limits() const noexcept override { return kLimits; }

    void serve(Connection& client) noexcept override {
        auto ending = host::runHandler(all_->service_, client, *record_);
        if (ending.end == host::ConnectionEnd::Failed) noteFailure(std::move(ending.detail));
    }
    void abandon(const Poco::Net::StreamSocket&, std::string_view reason) noexcept override {
        noteFailure(std::string(reason));
    }

private:
    void noteFailure(std::string text) noexcept {
        const detail::Lock lock(all_->mutex_);
        all_->failures_.push_back(std::move(text));
    }

    const std::shared_ptr<KitSessions> all_;
    const std::shared_ptr<host::ConnectionRecord> record_;
};

std::unique_ptr<host::Session> KitSessions::admit(const Poco::Net::StreamSocket& client,
                                                  const std::stop_token&) {
    auto& accepted = host::AcceptedSocketImpl::of(client);
    const detail::Lock lock(mutex_);
    auto record = std::make_shared<host::ConnectionRecord>(
        host::ConnectionRecord::Facts{.id = admitted_ + 1,
                                      .peer = host::printable(accepted.peer()),
                                      .local = accepted.local()},
        client);
    registry_.add(record);
    auto session = std::make_unique<One>(shared_from_this(), std::move(record));
    accepted.forgetOrigin();
    ++admitted_;
    changed_.notify_all();
    return session;
}

bool KitSessions::waitAdmitted(std::uint64_t count, std::chrono::milliseconds limit) const {
    detail::UniqueLock lock(mutex_);
    return changed_.wait_for(lock.native(), limit,
                             [&]() BERTH_REQUIRES(mutex_) { return admitted_ >= count; });
}

bool KitSessions::waitIdle(std::chrono::milliseconds limit) const {
    return registry_.waitNone(Clock::now() + limit, everyone);
}

void KitSessions::cutAll() {
    registry_.cutIf(host::CutReason::Killed, everyone);
}

std::vector<std::string> KitSessions::takeFailures() {
    const detail::Lock lock(mutex_);
    return std::exchange(failures_, {});
}

}  // namespace berth::kit
