// tests/host/control/running_server.cpp
#include "running_server.h"

#include <fstream>

namespace berth::test {

using host::ListenAddress;

RunningServer::RunningServer(const ServerSettings& settings)
    : server_(
          options(settings), host_.operations(),
          [this](const host::AuditRecord& record) {
              const std::lock_guard lock(mutex_);
              audited_.push_back(std::string(record.who) + " | " + std::string(record.request) +
                                 " | " + std::string(record.outcome));
          },
          refusals_.log(), host::InheritedSockets(), settings.limits, settings.policy) {}

host::ControlOptions RunningServer::options(const ServerSettings& settings) const {
    host::ControlOptions options;
    ListenAddress tcp;
    tcp.host = "127.0.0.1";
    ListenAddress local;
    local.kind = ListenAddress::Kind::Unix;
    local.path = socketPath();
    options.listen = {tcp, local};
    options.socketMode = settings.socketMode;
    options.tokenFile = tokenFile();
    options.maxConnections = settings.maxConnections;
    options.tlsCertificate = settings.certificate;
    options.tlsKey = settings.key;
    options.idleTimeout = settings.idle;
    return options;
}

std::uint16_t RunningServer::port() const {
    return server_.addresses().front().port;
}

std::string RunningServer::token() const {
    std::ifstream file(tokenFile());
    std::string line;
    std::getline(file, line);
    return line;
}

std::vector<std::string> RunningServer::audited() const {
    const std::lock_guard lock(mutex_);
    return audited_;
}

}  // namespace berth::test
