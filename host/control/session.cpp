// host/control/session.cpp
#include "host/control/session.h"

#include <Poco/Exception.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

#include "berth/units.h"
#include "host/control/entrance.h"
#include "host/control/request.h"

namespace berth::host::control {
namespace {

using Clock = Channel::Clock;

// The requests of a client that was let in.
class Conversation {
public:
    Conversation(Channel& channel, const Caller& caller, Clients::Place& place,
                 SessionServices& services)
        : channel_(channel),
          caller_(caller),
          place_(place),
          services_(services),
          login_(services.credentials, caller) {
        if (login_.granted()) place_.loggedIn();
    }

    void run() {
        while (!place_.lost() && next()) {
        }
    }

private:
    // Reads and answers one line; false when it was the last.
    bool next() {
        const auto patience = login_.granted() ? services_.limits.idle : services_.limits.login;
        auto read = channel_.read(Clock::now() + patience);
        if (const auto* end = std::get_if<ChannelEnd>(&read)) {
            if (*end == ChannelEnd::TimedOut) sayTimeout(patience);
            return false;
        }
        place_.busy();
        const bool goesOn = answer(std::get<Line>(read));
        place_.idle();
        return goesOn;
    }

    bool answer(const Line& line) {
        if (line.tooLong) {
            return send(
                Reply::failure("too-long", "a request has at most " +
                                               std::to_string(kMaxRequestLength) + " bytes"),
                false);
        }
        const auto parsed = parseRequest(line.text);
        if (const auto* error = std::get_if<RequestError>(&parsed)) {
            return send(Reply::failure("bad-request", error->text), error->json);
        }
        const auto& request = std::get<Request>(parsed);
        if (request.words.empty()) return true;
        const bool wasGranted = login_.granted();
        auto reply = services_.dispatcher.run(request, caller_, login_, abandoned_);
        if (login_.granted() && !wasGranted) place_.loggedIn();
        return send(std::move(reply), request.json);
    }

    bool send(Reply reply, bool json) {
        // Strangers that keep asking for what they may not have are not talking to us.
        if (!reply.ok() && !login_.granted() && ++denied_ >= services_.limits.deniedRequests) {
            reply.close = true;
        }
        bool sent = reply.delay.count() == 0 || channel_.pause(reply.delay);
        sent = sent &&
               channel_.write(json ? toJsonLine(reply) : toText(reply), services_.limits.write);
        if (reply.afterwards) reply.afterwards();
        return sent && !reply.close;
    }

    void sayTimeout(std::chrono::milliseconds patience) {
        static_cast<void>(send(
            Reply::failure("timeout", "no request for " + formatDuration(patience) + "; closing"),
            false));
    }

    Channel& channel_;
    const Caller& caller_;
    Clients::Place& place_;
    SessionServices& services_;
    Login login_;
    std::function<bool()> abandoned_ = [this] { return channel_.broken(); };
    std::size_t denied_ = 0;
};

std::string strangerText(const Caller& caller) {
    return "this socket is for uid " + std::to_string(::geteuid()) + " and root; you are uid " +
           std::to_string(caller.uid);
}

void say(Channel& channel, const Reply& reply, const SessionLimits& limits) {
    static_cast<void>(channel.write(toText(reply), limits.write));
}

void converse(Channel& channel, const Caller& caller, Clients::Place& place,
              SessionServices& services) {
    if (caller.local && !caller.trusted()) {
        say(channel, Reply::failure("denied", strangerText(caller)), services.limits);
    } else {
        Conversation(channel, caller, place, services).run();
    }
    channel.finish();
}

void turnAway(const Poco::Net::StreamSocket& socket, const SessionLimits& limits) {
    Channel channel(socket, socket, kMaxRequestLength);
    say(channel, Reply::failure("busy", "too many control connections; try again"), limits);
    channel.finish();
}

void serve(const Poco::Net::StreamSocket& socket, bool local, SessionServices& services) {
    const bool tls = !local && services.setup.usesTls();
    auto place = takePlace(socket);
    if (!place) {
        if (!tls) turnAway(socket, services.limits);
        return;
    }
    const auto caller = identify(socket, local);
    Channel channel(socket, tls ? services.setup.secure(socket) : socket, kMaxRequestLength);
    converse(channel, caller, place, services);
}

}  // namespace

void Session::run() {
    try {
        serve(socket(), local_, services_);
    } catch (const std::exception&) {
        // The client was gone before it could be asked who it is, or did not manage TLS.
    }
}

}  // namespace berth::host::control
