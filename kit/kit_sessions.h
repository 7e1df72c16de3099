// kit/kit_sessions.h - the clients of a service under test: each is admitted, watched, and its end
// written down.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "berth/detail/mutex.h"
#include "berth/service.h"
#include "host/engine/connection_registry.h"
#include "host/engine/session.h"
#include "host/service/run_handler.h"

namespace berth::kit {

// Threads:  any. Lifetime: the service outlives every session.
class KitSessions final : public host::SessionSource,
                          public std::enable_shared_from_this<KitSessions> {
public:
    using Clock = std::chrono::steady_clock;

    explicit KitSessions(Service& service) : service_(service) {}

    [[nodiscard]] std::unique_ptr<host::Session> admit(const Poco::Net::StreamSocket& client,
                                                       const std::stop_token& stop) override;
    [[nodiscard]] Admitted admitNow(const Poco::Net::StreamSocket& client) override {
        return {admit(client, {})};
    }
    void turnedAway(const host::SocketName&) override {}
    void lacksThread(const Poco::Net::StreamSocket&) override {}

    // Waits until so many clients were admitted since the start; false when `limit` has passed.
    [[nodiscard]] bool waitAdmitted(std::uint64_t count, std::chrono::milliseconds limit) const;
    // Waits until no client is left; false when `limit` has passed.
    [[nodiscard]] bool waitIdle(std::chrono::milliseconds limit) const;
    void cutAll();
    // What the handlers threw that is not one of berth/errors.h, since the last call.
    [[nodiscard]] std::vector<std::string> takeFailures();

private:
    class One;

    Service& service_;
    host::ConnectionRegistry registry_;
    mutable detail::Mutex mutex_;
    mutable std::condition_variable changed_;
    std::uint64_t admitted_ BERTH_GUARDED_BY(mutex_) = 0;
    std::vector<std::string> failures_ BERTH_GUARDED_BY(mutex_);
};

}  // namespace berth::kit
