// host/service/service_session.h - one client of one service.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "host/admission/admission.h"
#include "host/base/activity.h"
#include "host/engine/session.h"
#include "host/log/access_log.h"
#include "host/service/service_core.h"

namespace berth::host {

// Made when the client was accepted: it belongs to the deployment of that moment for its whole
// life. It is enrolled with its ticket; behind a proxy that is only after the PROXY header, which
// tells who the client is.
class ServiceSession final : public Session {
public:
    explicit ServiceSession(std::shared_ptr<ServiceCore> core);
    ~ServiceSession() override;

    // The client is enrolled once its PROXY header is read.
    void awaitHeader() { place_.emplace<Admission::Arrival>(core_->admission()); }
    // Makes the client known: from here on it is counted, listed, and can be cut.
    void enroll(Admission::Ticket ticket, std::string peer, const Poco::Net::StreamSocket& client);

    [[nodiscard]] bool prepare(Poco::Net::StreamSocket& socket) override;
    [[nodiscard]] ConnectionRecord& record() noexcept override { return *record_; }
    [[nodiscard]] ConnectionLimits limits() const noexcept override {
        return snapshot_.settings->limits;
    }
    void serve(Connection& client) noexcept override;
    void abandon(const Poco::Net::StreamSocket& accepted,
                 std::string_view reason) noexcept override;

private:
    [[nodiscard]] Activity activity(std::string_view phase) const noexcept;
    [[nodiscard]] bool admitThroughProxy(const Poco::Net::StreamSocket& accepted);
    void finish(ConnectionEnd end, std::string_view detail) noexcept;

    // In the order of construction: the deployment goes first when the session ends, the ticket
    // last, so that an idle service has no session that still holds its deployment.
    const std::shared_ptr<ServiceCore> core_;
    std::variant<std::monostate, Admission::Arrival, Admission::Ticket> place_;
    ServiceCore::Snapshot snapshot_;
    std::shared_ptr<ConnectionRecord> record_;
    bool logged_ = false;
};

}  // namespace berth::host
