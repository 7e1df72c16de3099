// host/control/control_server.cpp
#include "host/control/control_server.h"

#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/ThreadPool.h>

#include <algorithm>
#include <utility>

#include "host/control/entrance.h"
#include "host/control/token.h"
#include "host/listen/listener.h"

namespace berth::host::control {
namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kNoIdleLimit = std::chrono::hours(24 * 365);
constexpr std::string_view kControlOwner = "[control]";
constexpr unsigned kSocketFileMode = 0600;
// Beyond the clients that have a place: those that are told that there is none, or are leaving.
constexpr std::size_t kSpareThreads = 16;
constexpr int kMostQueued = 256;
// A thread that begins to wait for a client just as the server stops sleeps for so long.
const Poco::Timespan kThreadIdleTime(1, 0);

class SessionFactory final : public Poco::Net::TCPServerConnectionFactory {
public:
    SessionFactory(bool local, SessionServices& services) : local_(local), services_(services) {}

    Poco::Net::TCPServerConnection* createConnection(
        const Poco::Net::StreamSocket& socket) override {
        return std::make_unique<Session>(socket, local_, services_).release();  // Poco deletes it
    }

private:
    bool local_;
    SessionServices& services_;
};

Poco::Net::TCPServerParams::Ptr makeParams(std::size_t threads) {
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setMaxThreads(static_cast<int>(threads));
    params->setMaxQueued(kMostQueued);
    params->setThreadIdleTime(kThreadIdleTime);
    return params;
}

ListenOptions privateSocket() {
    ListenOptions options;
    options.unixMode = kSocketFileMode;
    return options;
}

bool isLocal(const Listener& listener) {
    return listener.bound().kind == ListenAddress::Kind::Unix;
}

// TLS is set up as for a service.
ServiceOptions tlsOnly(const ControlOptions& options) {
    ServiceOptions service;
    service.tlsCertificate = options.tlsCertificate;
    service.tlsKey = options.tlsKey;
    service.tlsClientCa = options.tlsClientCa;
    return service;
}

// An idle timeout of 0 is none.
SessionLimits withIdle(SessionLimits limits, std::chrono::milliseconds idle) {
    limits.idle = idle.count() == 0 ? kNoIdleLimit : idle;
    limits.login = std::min(limits.login, limits.idle);
    return limits;
}

}  // namespace

// One listening address with its acceptor and its threads.
struct ControlServer::Port {
    Port(const ListenAddress& address, const InheritedSockets& inherited, std::size_t threads,
         Clients& clients, SessionServices& services)
        : listener(std::make_shared<Listener>(address, privateSocket(), inherited, kControlOwner)),
          pool("control", 1, static_cast<int>(threads)),
          server(new SessionFactory(isLocal(*listener), services), pool, listener->socket(),
                 makeParams(threads)) {
        server.setConnectionFilter(new Entrance(clients));
    }

    void stopAccepting() {
        listener->socket().accepting().interrupt();
        server.stop();
    }

    const std::shared_ptr<Listener> listener;
    Poco::ThreadPool pool;
    Poco::Net::TCPServer server;
};

ControlServer::ControlServer(const ControlOptions& options, Operations& host, AuditSink audit,
                             const InheritedSockets& inherited, SessionLimits limits,
                             AuthPolicy policy)
    : credentials_{{}, options.tokenFile, AuthThrottle(policy)},
      dispatcher_(host, std::move(audit)),
      clients_(options.maxConnections, kPatience),
      setup_(tlsOnly(options)),
      services_{dispatcher_, credentials_, setup_, withIdle(limits, options.idleTimeout)} {
    const auto threads = options.maxConnections + kSpareThreads;
    for (const auto& address : options.listen) {
        ports_.push_back(std::make_unique<Port>(address, inherited, threads, clients_, services_));
    }
    const bool overTcp =
        std::ranges::any_of(ports_, [](const auto& port) { return !isLocal(*port->listener); });
    if (overTcp) credentials_.token = loadOrCreateToken(options.tokenFile);
    for (auto& port : ports_) port->server.start();
}

ControlServer::~ControlServer() {
    stop();
}

std::vector<ListenAddress> ControlServer::addresses() const {
    std::vector<ListenAddress> result;
    for (const auto& port : ports_) result.push_back(port->listener->bound());
    return result;
}

std::vector<std::shared_ptr<Listener>> ControlServer::listeners() const {
    std::vector<std::shared_ptr<Listener>> result;
    for (const auto& port : ports_) result.push_back(port->listener);
    return result;
}

void ControlServer::drain(std::chrono::steady_clock::time_point deadline) {
    for (const auto& port : ports_) {
        if (!port->listener->socket().accepting().waitHeld(deadline)) return;
    }
    static_cast<void>(clients_.waitUntilEmpty(deadline));
}

void ControlServer::stop() {
    for (auto& port : ports_) port->stopAccepting();
    clients_.close();
    clients_.waitUntilEmpty();
    for (auto& port : ports_) port->pool.joinAll();
    ports_.clear();
}

}  // namespace berth::host::control
