// kit/kit_sessions.h - the clients of a service under test: each is admitted, watched, and its end
// written down.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "berth/service.h"
#include "host/engine/connection_registry.h"
#include "host/engine/run_handler.h"
#include "host/engine/session.h"

namespace berth::kit {

// Threads:  any. Lifetime: the service outlives every session.
class KitSessions final : public host::SessionSource,
                          public std::enable_shared_from_this<KitSessions> {
public:
    using Clock = std::chrono::steady_clock;

    explicit KitSessions(Service& service) : service_(service) {}

    [[nodiscard]] std::unique_ptr<host::Session> admit(const Poco::Net::StreamSocket& client,
                                                       const std::stop_token& stop) override;
    void countShed() override {}

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
    mutable std::mutex mutex_;  // guards what follows
    mutable std::condition_variable changed_;
    std::uint64_t admitted_ = 0;
    std::vector<std::string> failures_;
};

}  // namespace berth::kit
