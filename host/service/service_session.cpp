// host/service/service_session.cpp
#include "host/service/service_session.h"

#include <Poco/Exception.h>

#include <chrono>
#include <exception>
#include <utility>

#include "host/engine/run_handler.h"
#include "host/log/log_system.h"
#include "host/service/peer_address.h"
#include "host/service/proxy_header.h"

namespace berth::host {
ServiceSession::ServiceSession(std::shared_ptr<ServiceCore> core,
                               std::optional<Admission::Ticket> ticket,
                               const Poco::Net::StreamSocket& client)
    : core_(std::move(core)),
      ticket_(std::move(ticket)),
      terms_(core_->terms()),
      local_(printable(client.address())),
      peer_(printable(AcceptedSocketImpl::of(client).peer())) {}

ServiceSession::~ServiceSession() {
    if (ticket_ && !logged_) finish(ConnectionEnd::Drained, "dropped before its handler ran");
    // Who waits for the last connection of a deployment finds the deployment gone too.
    terms_.deployment.reset();
    if (record_) core_->registry().remove(*record_);
}

std::unique_ptr<Poco::Net::StreamSocket> ServiceSession::prepare(
    const Poco::Net::StreamSocket& accepted) {
    if (!ticket_ && !admitThroughProxy(accepted)) return nullptr;
    enroll(accepted);
    try {
        if (terms_.setup && terms_.setup->usesTls()) return terms_.setup->secure(accepted);
    } catch (const Poco::Exception& error) {
        finish(ConnectionEnd::ProtocolError, "TLS: " + error.displayText());
        return nullptr;
    } catch (const std::exception& error) {
        finish(ConnectionEnd::ProtocolError, error.what());
        return nullptr;
    }
    return std::make_unique<Poco::Net::StreamSocket>(accepted);
}

bool ServiceSession::admitThroughProxy(const Poco::Net::StreamSocket& accepted) {
    const auto direct = peerAddress(AcceptedSocketImpl::of(accepted).peer());
    const auto header = readProxyHeader(accepted.impl()->sockfd(), kProxyHeaderTime);
    if (!header.error.empty()) {
        core_->admission().countBadProxy();
        core_->resources().logs.write(LogLevel::Warning, core_->name(),
                                      "refused " + peer_ + ": PROXY header: " + header.error);
        return false;
    }
    if (header.source) peer_ = printable(*header.source);
    auto ticket = core_->admission().admit(header.source ? peerAddress(*header.source) : direct);
    if (ticket) ticket_.emplace(*std::move(ticket));
    return ticket_.has_value();
}

void ServiceSession::enroll(const Poco::Net::StreamSocket& accepted) {
    record_ = std::make_shared<ConnectionRecord>(
        ConnectionRecord::Facts{.id = ++core_->resources().lastConnection,
                                .peer = peer_,
                                .local = local_,
                                .generation = terms_.deployment->generation().number(),
                                .deployment = terms_.deployment->number()},
        accepted);
    core_->registry().add(record_);
    if (terms_.maxLifetime.count() > 0) {
        core_->resources().deadlines.add(Deadlines::Clock::now() + terms_.maxLifetime, record_);
    }
}

void ServiceSession::serve(Connection& client) noexcept {
    const auto ending = runHandler(terms_.deployment->service(), client, *record_);
    finish(ending.end, ending.detail);
}

void ServiceSession::finish(ConnectionEnd end, std::string_view detail) noexcept {
    logged_ = true;
    if (end == ConnectionEnd::Failed && ticket_) ticket_->markFailed();
    try {
        AccessRecord line{.service = core_->name(), .peer = peer_, .local = local_, .ended = end};
        line.detail = detail;
        if (record_) {
            line.id = record_->facts().id;
            line.generation = record_->facts().generation;
            line.bytesIn = record_->bytesIn();
            line.bytesOut = record_->bytesOut();
            line.duration = std::chrono::duration_cast<std::chrono::milliseconds>(record_->age());
        }
        core_->resources().logs.access().record(line);
    } catch (const std::exception&) {
        // A line that cannot be logged for want of memory ends no client.
    }
}

}  // namespace berth::host
