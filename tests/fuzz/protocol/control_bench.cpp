// tests/fuzz/protocol/control_bench.cpp
#include "fuzz/protocol/control_bench.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <thread>

#include "fuzz/fuzz_target.h"
#include "fuzz/model/control_model.h"
#include "host/control/auth/caller.h"
#include "support/read_all.h"

namespace berth::fuzz {
namespace {

using host::UniqueFd;
using host::control::Admittance;

constexpr std::size_t kLargestPiece = 4096;  // what the port takes at once

// Over a Unix socket each piece is a packet, so that the port sees them apart.
void play(const UniqueFd& client, const Script& script) {
    for (const auto& step : script) {
        if (step.kind == Step::Kind::Finish) ::shutdown(client.value(), SHUT_WR);
        for (std::string_view rest = step.bytes; !rest.empty();) {
            const auto piece = rest.substr(0, kLargestPiece);
            if (::send(client.value(), piece.data(), piece.size(), MSG_NOSIGNAL) < 0) return;
            rest.remove_prefix(piece.size());
        }
    }
}

// No end of a connection lingers in the kernel.
void closeHard(UniqueFd& client) {
    const linger hard{1, 0};
    ::setsockopt(client.value(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    client.reset();
}

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

UniqueFd listenOnLoopback() {
    UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback();
    require(::bind(listener.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                    0 &&
                ::listen(listener.value(), 16) == 0,
            "a listener on the loopback");
    return listener;
}

}  // namespace

ControlBench::ControlBench(const host::Operations& host)
    : dispatcher_(host, {}),
      credentials_{std::string(kControlToken), "/run/token",
                   host::control::AuthThrottle({.firstDelay = std::chrono::milliseconds(0),
                                                .longestDelay = std::chrono::milliseconds(0),
                                                .attempts = kWrongTokens})},
      setup_(host::ClientSetupOptions{}),
      services_{dispatcher_, credentials_, setup_, refusals_, {.deniedRequests = kDeniedRequests}},
      clients_({}),
      listener_(listenOnLoopback()) {}

ControlBench::Ends ControlBench::connect(Way way) const {
    if (way == Way::Local) {
        std::array<int, 2> ends{};
        require(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0,
                "a pair of sockets");
        return {UniqueFd(ends[0]), UniqueFd(ends[1])};
    }
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(listener_.value(), reinterpret_cast<sockaddr*>(&address), &length);
    UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(::connect(client.value(), reinterpret_cast<const sockaddr*>(&address), length) == 0,
            "a connection over the loopback");
    return {std::move(client),
            UniqueFd(::accept4(listener_.value(), nullptr, nullptr, SOCK_CLOEXEC))};
}

std::string ControlBench::serve(const Script& script, Way way) {
    auto ends = connect(way);
    const auto admittance = way == Way::Local ? Admittance::OwnUser : Admittance::Token;
    const bool breaks = script.back().kind == Step::Kind::Reset;
    std::string written;
    std::thread client([&] {
        play(ends.client, script);
        if (!breaks) written = test::readAll(ends.client.value());
        closeHard(ends.client);
    });
    try {
        const Poco::Net::StreamSocket socket(
            new Poco::Net::StreamSocketImpl(ends.server.release()));
        const auto caller = identify(socket, admittance);
        auto place = clients_.enter(socket.impl()->sockfd(), caller.source, caller.trusted());
        require(static_cast<bool>(place), "a place for the only client");
        host::control::Session(socket, std::move(place), admittance, services_).serve();
    } catch (const Poco::Net::NetException&) {
        // The client was gone before it could be asked who it is, which the host takes as well.
    }
    client.join();
    return written;
}

}  // namespace berth::fuzz
