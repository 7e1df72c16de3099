// host/control/server/session.cpp
#include "host/control/server/session.h"

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <variant>

#include "berth/units.h"
#include "host/control/commands/command_table.h"
#include "host/control/protocol/request.h"

namespace berth::host::control {
namespace {

using Clock = Channel::Clock;

Reply noPlace() {
    auto reply = Reply::failure("busy", "too many control connections; try again");
    reply.close = true;
    return reply;
}

// The requests of a client that was let in.
class Conversation {
public:
    Conversation(Channel& channel, const Caller& caller, Clients::Place& place,
                 SessionServices& services)
        : channel_(channel),
          caller_(caller),
          place_(place),
          services_(services),
          login_(services.credentials, caller) {}

    void run() {
        while (!place_.lost() && next()) {
        }
    }

private:
    // Reads and answers one line; false when it was the last.
    bool next() {
        const auto patience = login_.granted() ? services_.limits.idle : services_.limits.login;
        const auto read = readLine(Clock::now() + patience);
        if (const auto* end = std::get_if<ChannelEnd>(&read)) {
            if (*end == ChannelEnd::TimedOut) sayTimeout(patience);
            return false;
        }
        place_.busy();
        const bool goesOn = answer(std::get<Line>(read));
        place_.idle();
        return goesOn;
    }

    // The next line, or why there is none by the deadline, which is nearer once it has begun: a
    // client that trickles gets no more time. The place is busy before what came is taken, so that
    // nobody is cut whose request is being read.
    std::variant<Line, ChannelEnd> readLine(Clock::time_point deadline) {
        bool begun = false;
        for (;;) {
            if (auto line = channel_.next()) return *std::move(line);
            if (channel_.inLine() && !std::exchange(begun, true)) {
                deadline = std::min(deadline, Clock::now() + services_.limits.line);
            }
            place_.heardPart();
            if (const auto end = channel_.await(deadline)) return *end;
            place_.busy();
            if (const auto end = channel_.take(deadline)) return *end;
        }
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
        if (login_.granted() && takesTime(request) && !place_.waiting()) {
            return send(
                Reply::failure("busy", "too many changes and waits are under way; try again"),
                request.json);
        }
        auto reply = services_.dispatcher.run(request, caller_, login_, abandoned_);
        if (login_.granted() && !wasGranted && !place_.loggedIn()) reply = noPlace();
        return send(std::move(reply), request.json);
    }

    bool send(Reply reply, bool json) {
        // Strangers that keep asking for what they may not have are not talking to us.
        if (!reply.ok() && !login_.granted()) {
            place_.refused();
            if (++denied_ >= services_.limits.deniedRequests) reply.close = true;
        }
        bool sent = reply.delay.count() == 0 || channel_.pause(reply.delay);
        sent = sent &&
               channel_.write(json ? toJsonLine(reply) : toText(reply), services_.limits.write);
        if (reply.afterwards) reply.afterwards();
        return sent && !reply.close;
    }

    static bool takesTime(const Request& request) {
        const auto* command = findCommand(request.words.front());
        return command != nullptr && command->takesTime;
    }

    void sayTimeout(std::chrono::milliseconds patience) {
        const auto why =
            channel_.inLine() && services_.limits.line < patience
                ? "a request did not end within " + formatDuration(services_.limits.line)
                : "no request for " + formatDuration(patience);
        static_cast<void>(send(Reply::failure("timeout", why + "; closing"), false));
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

bool usesTls(Admittance admittance, const SessionServices& services) {
    return admittance == Admittance::Token && services.setup.usesTls();
}

}  // namespace

void turnAway(Poco::Net::StreamSocket socket, Admittance admittance, SessionServices& services) {
    try {
        const auto caller = identify(socket, admittance);
        services.refusals.refused(caller.local ? caller.describe() : caller.address, Refusal::Full);
        if (usesTls(admittance, services)) return;  // nothing can be told without a handshake
        Channel channel(socket, socket, kMaxRequestLength);
        static_cast<void>(channel.write(toText(noPlace()), std::chrono::milliseconds(0)));
        channel.finish();
    } catch (const std::exception&) {
        // The client was gone before it could be asked who it is.
    }
}

void Session::serve() noexcept {
    try {
        const auto caller = identify(socket_, admittance_);
        if (!caller.local) socket_.setNoDelay(true);
        auto stream = socket_;
        if (usesTls(admittance_, services_)) {
            place_.busy();
            services_.setup.secure(stream);
        }
        Channel channel(socket_, stream, kMaxRequestLength);
        converse(channel, caller, place_, services_);
    } catch (const Poco::Net::NetException&) {
        // The client was gone before it could be asked who it is, or did not manage TLS.
    } catch (const Poco::TimeoutException&) {
        // It was too slow for that.
    } catch (const HandshakeError&) {
        // The same: a stranger may cause as many of these as it likes.
    } catch (const Poco::Exception& error) {
        Poco::ErrorHandler::handle(error);
    } catch (const std::exception& error) {
        Poco::ErrorHandler::handle(error);
    }
}

}  // namespace berth::host::control
