// cli/net/connector.cpp
#include "cli/net/connector.h"

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "cli/app/failure.h"

namespace berth::cli {
namespace {

using Poco::Net::SocketAddress;

std::vector<SocketAddress> addressesOf(const Endpoint& endpoint) {
    if (endpoint.kind == Endpoint::Kind::Unix) {
        return {SocketAddress(SocketAddress::UNIX_LOCAL, endpoint.path)};
    }
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

}  // namespace

Poco::Net::StreamSocket connectTo(const Endpoint& endpoint, std::chrono::milliseconds limit) {
    std::string reason;
    int code = 0;
    for (const auto& address : addressesOf(endpoint)) {
        try {
            Poco::Net::StreamSocket socket;
            socket.connect(address, timespan(limit));
            return socket;
        } catch (const Poco::Exception& error) {
            reason = socketReason(error);
            code = error.code();
        }
    }
    const auto text = "cannot connect to " + toString(endpoint) + ": " + reason;
    if (code == EACCES || code == EPERM) throw Failure(ExitCode::NoPermission, text);
    throw TransportFailure(ExitCode::Unavailable, text + "; is it running there?");
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
    return error.displayText();
}

Poco::Timespan timespan(std::chrono::milliseconds duration) {
    return Poco::Timespan(std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

}  // namespace berth::cli
