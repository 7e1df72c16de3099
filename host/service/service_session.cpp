// host/service/service_session.cpp
#include "host/service/service_session.h"

#include <Poco/Exception.h>

#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include "host/base/poco_text.h"
#include "host/listen/accepted_socket.h"
#include "host/listen/socket_name.h"
#include "host/log/log_system.h"
#include "host/service/peer_address.h"
#include "host/service/proxy_header.h"
#include "host/service/run_handler.h"

namespace berth::host {
ServiceSession::ServiceSession(std::shared_ptr<ServiceCore> core)
    : core_(std::move(core)), snapshot_(core_->snapshot()) {}

ServiceSession::~ServiceSession() {
    if (record_ && !logged_) finish(ConnectionEnd::Drained, "dropped before its handler ran");
    // Who waits for the last connection of a deployment finds the deployment gone too.
    snapshot_ = {};
    if (record_) core_->registry().remove(*record_);
}

void ServiceSession::enroll(Admission::Ticket ticket, std::string peer,
                            const Poco::Net::StreamSocket& client) {
    place_.emplace<Admission::Ticket>(std::move(ticket));
    auto record = std::make_shared<ConnectionRecord>(
        ConnectionRecord::Facts{.id = ++core_->resources().lastConnection,
                                .peer = std::move(peer),
                                .local = AcceptedSocketImpl::of(client).local(),
                                .generation = snapshot_.deployment->generation().number(),
                                .deployment = snapshot_.deployment->number()},
        client);
    core_->registry().add(record);
    record_ = std::move(record);
    if (snapshot_.settings->maxLifetime.count() > 0) {
        core_->resources().deadlines.add(Deadlines::Clock::now() + snapshot_.settings->maxLifetime,
                                         record_);
    }
    AcceptedSocketImpl::of(client).forgetOrigin();  // last: who drops the client tells whom
}

bool ServiceSession::prepare(Poco::Net::StreamSocket& socket) {
    const ActivityScope scope(activity("what comes before the handler"));
    if (!record_ && !admitThroughProxy(socket)) return false;
    try {
        if (snapshot_.settings->setup && snapshot_.settings->setup->usesTls())
            snapshot_.settings->setup->secure(socket);
    } catch (const std::bad_alloc&) {
        throw;  // no fault of the client's
    } catch (const Poco::Exception& error) {
        finish(ConnectionEnd::ProtocolError, "TLS: " + textOf(error));
        return false;
    } catch (const std::exception& error) {
        finish(ConnectionEnd::ProtocolError, error.what());
        return false;
    }
    return true;
}

bool ServiceSession::admitThroughProxy(const Poco::Net::StreamSocket& accepted) {
    const auto direct = AcceptedSocketImpl::of(accepted).peer();
    const auto header = readProxyHeader(accepted.impl()->sockfd(), kProxyHeaderTime);
    if (!header.error.empty()) {
        core_->admission().countRefused(Refusal::ProxyHeader);
        core_->refusals().refused(printable(direct), Refusal::ProxyHeader, header.error);
        return false;
    }
    const auto peer = header.source ? SocketName(*header.source) : direct;
    auto answer = core_->admission().admit(peerAddress(peer));
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
        core_->refusals().refused(printable(peer), *refusal);
        return false;
    }
    enroll(std::get<Admission::Ticket>(std::move(answer)), printable(peer), accepted);
    return true;
}

Activity ServiceSession::activity(std::string_view phase) const noexcept {
    Activity activity{.phase = phase, .service = core_->name()};
    if (record_) {
        activity.client = record_->facts().peer;
        activity.connection = record_->facts().id;
    }
    return activity;
}

void ServiceSession::serve(Connection& client) noexcept {
    auto now = activity("handle()");
    now.code = snapshot_.deployment->generation().code();
    const ActivityScope scope(now);
    const auto ending = runHandler(snapshot_.deployment->service(), client, *record_);
    finish(ending.end, ending.detail);
    snapshot_.deployment->noteEnd(ending.end == ConnectionEnd::Failed);
}

void ServiceSession::abandon(const Poco::Net::StreamSocket& accepted,
                             std::string_view reason) noexcept try {
    if (logged_) return;
    if (record_) return finish(ConnectionEnd::Failed, reason);
    // Behind a proxy: who it is was not told yet.
    core_->resources().logs.write(LogLevel::Warning, core_->name(),
                                  "dropped " + printable(AcceptedSocketImpl::of(accepted).peer()) +
                                      ": " + std::string(reason));
} catch (const std::exception&) {
    // No memory is left for a line.
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
