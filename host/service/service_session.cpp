// host/service/service_session.cpp
#include "host/service/service_session.h"

#include <Poco/Exception.h>

#include <chrono>
#include <exception>
#include <utility>

#include "host/engine/run_handler.h"
#include "host/listen/printable_address.h"
#include "host/log/log_system.h"
#include "host/service/peer_address.h"
#include "host/service/proxy_header.h"

namespace berth::host {
ServiceSession::ServiceSession(std::shared_ptr<ServiceCore> core)
    : core_(std::move(core)), terms_(core_->terms()) {}

ServiceSession::~ServiceSession() {
    if (record_ && !logged_) finish(ConnectionEnd::Drained, "dropped before its handler ran");
    // Who waits for the last connection of a deployment finds the deployment gone too.
    terms_.reset();
    if (record_) core_->registry().remove(*record_);
}

void ServiceSession::enroll(Admission::Ticket ticket, std::string peer,
                            const Poco::Net::StreamSocket& client) {
    place_.emplace<Admission::Ticket>(std::move(ticket));
    auto record = std::make_shared<ConnectionRecord>(
        ConnectionRecord::Facts{.id = ++core_->resources().lastConnection,
                                .peer = std::move(peer),
                                .local = AcceptedSocketImpl::of(client).local(),
                                .generation = terms_->deployment->generation().number(),
                                .deployment = terms_->deployment->number()},
        client);
    AcceptedSocketImpl::of(client).forgetOrigin();
    core_->registry().add(record);
    record_ = std::move(record);
    if (terms_->maxLifetime.count() > 0) {
        core_->resources().deadlines.add(Deadlines::Clock::now() + terms_->maxLifetime, record_);
    }
}

std::optional<Poco::Net::StreamSocket> ServiceSession::prepare(
    const Poco::Net::StreamSocket& accepted) {
    if (!record_ && !admitThroughProxy(accepted)) return std::nullopt;
    try {
        if (terms_->setup && terms_->setup->usesTls()) return terms_->setup->secure(accepted);
    } catch (const Poco::Exception& error) {
        finish(ConnectionEnd::ProtocolError, "TLS: " + error.displayText());
        return std::nullopt;
    } catch (const std::exception& error) {
        finish(ConnectionEnd::ProtocolError, error.what());
        return std::nullopt;
    }
    return accepted;
}

bool ServiceSession::admitThroughProxy(const Poco::Net::StreamSocket& accepted) {
    const auto direct = AcceptedSocketImpl::of(accepted).peer();
    const auto header = readProxyHeader(accepted.impl()->sockfd(), kProxyHeaderTime);
    if (!header.error.empty()) {
        core_->admission().countBadProxy();
        core_->resources().logs.write(
            LogLevel::Warning, core_->name(),
            "refused " + printable(direct) + ": PROXY header: " + header.error);
        return false;
    }
    const auto& peer = header.source ? *header.source : direct;
    auto ticket = core_->admission().admit(peerAddress(peer));
    if (!ticket) return false;
    enroll(*std::move(ticket), printable(peer), accepted);
    return true;
}

void ServiceSession::serve(Connection& client) noexcept {
    const auto ending = runHandler(terms_->deployment->service(), client, *record_);
    finish(ending.end, ending.detail);
    terms_->deployment->noteEnd(ending.end == ConnectionEnd::Failed);
}

void ServiceSession::finish(ConnectionEnd end, std::string_view detail) noexcept {
    logged_ = true;
    if (end == ConnectionEnd::Failed) std::get<Admission::Ticket>(place_).markFailed();
    try {
        const auto& facts = record_->facts();
        AccessRecord line{.service = core_->name(),
                          .id = facts.id,
                          .peer = facts.peer,
                          .local = record_->local(),
                          .bytesIn = record_->bytesIn(),
                          .bytesOut = record_->bytesOut(),
                          .ended = end,
                          .generation = facts.generation};
        line.duration = std::chrono::duration_cast<std::chrono::milliseconds>(record_->age());
        line.detail = detail;
        core_->resources().logs.access().record(line);
    } catch (const std::exception&) {
        // A line that cannot be logged for want of memory ends no client.
    }
}

}  // namespace berth::host
