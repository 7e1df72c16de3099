// host/control/server/control_server.cpp
#include "host/control/server/control_server.h"

#include <Poco/ThreadPool.h>

#include <algorithm>
#include <stop_token>
#include <utility>

#include "host/base/owned_path.h"
#include "host/control/auth/token.h"
#include "host/control/server/entrance.h"
#include "host/listen/accepting_server.h"
#include "host/listen/listener.h"
#include "host/listen/socket_name.h"

namespace berth::host::control {
namespace {

constexpr std::chrono::milliseconds kNoIdleLimit = std::chrono::hours(24 * 365);
constexpr std::string_view kControlOwner = "[control]";
constexpr mode_t kOthersWrite = 0022;
// Made beforehand for each address: an operator gets in where no thread can be made any more.
constexpr std::size_t kKeptThreads = 2;

ListenOptions listenOptions(const ControlOptions& options) {
    ListenOptions result;
    result.socketMode = options.socketMode;
    result.socketOwner = options.socketOwner;
    return result;
}

bool isLocal(const Listener& listener) {
    return listener.bound().kind == ListenAddress::Kind::Unix;
}

// Who could put another socket in the place of this one would be told what operators say.
const ListenAddress& inSafeFolder(const ListenAddress& address) {
    if (address.hasFile() && address.path.has_parent_path()) {
        static_cast<void>(openSafeFolder(address.path.parent_path()));
    }
    return address;
}

// A file that an operator opened to others decides, by its mode, which the kernel keeps. A socket
// of systemd's has a mode that nobody chose for this.
Admittance admittanceOf(const Listener& listener, const ListenOptions& options) {
    if (!isLocal(listener)) return Admittance::Token;
    const bool opened =
        options.socketOwner.user.has_value() || (options.socketMode.bits & kOthersWrite) != 0;
    return opened && listener.wanted().hasFile() ? Admittance::File : Admittance::OwnUser;
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
    Port(const ListenAddress& address, const ListenOptions& options,
         const InheritedSockets& inherited, std::size_t mostThreads, Clients& local,
         Clients& overTcp, SessionServices& services)
        : listener(
              std::make_shared<Listener>(inSafeFolder(address), options, inherited, kControlOwner)),
          threads("control", mostThreads),
          pool("control", 1, 1),
          server(
              listener->socket(), pool,
              new Entrance(isLocal(*listener) ? local : overTcp, admittanceOf(*listener, options),
                           services, threads, stop.get_token())) {
        threads.keep(kKeptThreads);
        auto& socket = listener->socket().accepting();
        socket.forOperators();
        socket.onShed([&services](const auto& peer) {
            services.refusals.refused(printable(peer), Refusal::Descriptors);
        });
    }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    ~Port() { interrupt(); }

    void interrupt() {
        stop.request_stop();
        listener->socket().accepting().interrupt();
    }

    const std::shared_ptr<Listener> listener;
    std::stop_source stop;  // ends the wait of a client for a thread
    ClientThreads threads;
    Poco::ThreadPool pool;
    AcceptingServer server;
};

ControlServer::ControlServer(const ControlOptions& options, const Operations& host, AuditSink audit,
                             RefusalLog& refusals, const InheritedSockets& inherited,
                             SessionLimits limits, AuthPolicy policy)
    : credentials_{{}, options.tokenFile, AuthThrottle(policy)},
      dispatcher_(host, std::move(audit)),
      limits_{.operators = options.maxConnections},
      localClients_(limits_),
      tcpClients_(limits_),
      setup_(ClientSetupOptions{options, {}}),
      services_{dispatcher_, credentials_, setup_, refusals,
                withIdle(limits, options.idleTimeout)} {
    for (const auto& address : options.listen) {
        ports_.push_back(std::make_unique<Port>(address, listenOptions(options), inherited,
                                                limits_.all(), localClients_, tcpClients_,
                                                services_));
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
    static_cast<void>(localClients_.waitUntilEmpty(deadline) &&
                      tcpClients_.waitUntilEmpty(deadline));
}

void ControlServer::stop() {
    for (auto& port : ports_) port->interrupt();
    for (auto* clients : {&localClients_, &tcpClients_}) clients->close();
    for (auto& port : ports_) port->server.end();
    for (auto* clients : {&localClients_, &tcpClients_}) clients->waitUntilEmpty();
    ports_.clear();
}

}  // namespace berth::host::control
