// cli/net/connector.cpp
#include "cli/net/connector.h"

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <vector>

#include "berth/detail/one_line.h"
#include "berth/detail/unix_name.h"
#include "cli/app/failure.h"

namespace berth::cli {
namespace {

using Poco::Net::SocketAddress;

std::vector<SocketAddress> addressesOf(const Endpoint& endpoint) {
    Poco::Net::IPAddress numeric;
    if (Poco::Net::IPAddress::tryParse(endpoint.host, numeric)) {
        return {SocketAddress(numeric, endpoint.port)};
    }
    std::vector<SocketAddress> addresses;
    try {
        const auto entry = Poco::Net::DNS::hostByName(endpoint.host);
        for (const auto& address : entry.addresses()) {
            addresses.emplace_back(address, endpoint.port);
        }
    } catch (const Poco::Exception&) {
        addresses.clear();
    }
    if (addresses.empty()) {
        throw Failure(ExitCode::NoHost, endpoint.host + ": no host of that name is known");
    }
    return addresses;
}

// Not by Poco, whose versions differ in the names of Unix sockets that they know.
Poco::Net::StreamSocket connectUnix(const std::string& path, std::chrono::milliseconds limit) {
    const auto name = detail::parseUnixName(path);
    if (!name)
        throw Poco::Net::NetException(std::generic_category().message(ENAMETOOLONG), ENAMETOOLONG);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw Poco::Net::NetException("no socket", errno);
    Poco::Net::StreamSocket socket(new Poco::Net::StreamSocketImpl(descriptor));  // counted there
    socket.setSendTimeout(timespan(limit));  // how long connect() waits for a full backlog
    if (::connect(descriptor, name->raw(), name->length) == 0) return socket;
    if (errno == EAGAIN) throw Poco::TimeoutException("connect", errno);
    throw Poco::Net::NetException(std::generic_category().message(errno), errno);
}

Poco::Net::StreamSocket connectIp(const SocketAddress& address, std::chrono::milliseconds limit) {
    Poco::Net::StreamSocket socket;
    socket.connect(address, timespan(limit));
    return socket;
}

[[noreturn]] void fail(const Endpoint& endpoint, const std::string& reason, int code) {
    const auto text = "cannot connect to " + toString(endpoint) + ": " + reason;
    if (code == EACCES || code == EPERM) {
        const bool isUnix = endpoint.kind == Endpoint::Kind::Unix;
        throw Failure(ExitCode::NoPermission,
                      text + (isUnix ? "; run as its owner or root, or see socket_mode" : ""));
    }
    throw TransportFailure(ExitCode::Unavailable, text + "; is it running there?");
}

}  // namespace

Poco::Net::StreamSocket connectTo(const Endpoint& endpoint, std::chrono::milliseconds limit) {
    std::string reason;
    int code = 0;
    const auto attempt = [&](const auto& connect) -> std::optional<Poco::Net::StreamSocket> {
        try {
            return connect();
        } catch (const Poco::Exception& error) {
            reason = socketReason(error);
            code = error.code();
            return std::nullopt;
        }
    };
    if (endpoint.kind == Endpoint::Kind::Unix) {
        if (auto socket = attempt([&] { return connectUnix(endpoint.path, limit); }))
            return *socket;
        fail(endpoint, reason, code);
    }
    for (const auto& address : addressesOf(endpoint)) {
        if (auto socket = attempt([&] { return connectIp(address, limit); })) return *socket;
    }
    fail(endpoint, reason, code);
}

std::string socketReason(const Poco::Exception& error) {
    if (dynamic_cast<const Poco::TimeoutException*>(&error) != nullptr) return "no answer in time";
    if (dynamic_cast<const Poco::Net::ConnectionRefusedException*>(&error) != nullptr) {
        return "connection refused";
    }
    if (dynamic_cast<const Poco::Net::ConnectionResetException*>(&error) != nullptr) {
        return "connection reset";
    }
    if (error.code() != 0) return std::generic_category().message(error.code());
    return detail::oneLine(error.displayText());
}

Poco::Timespan timespan(std::chrono::milliseconds duration) {
    return Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

}  // namespace berth::cli
