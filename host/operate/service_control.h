// host/operate/service_control.h - how the services of a host are changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "host/change/change_result.h"

namespace berth::host {

// Changes come one after the other: a caller waits for its turn, and learns the outcome of its own.
//
// Threads: any.
class ServiceControl {
public:
    ServiceControl(const ServiceControl&) = delete;
    ServiceControl& operator=(const ServiceControl&) = delete;
    virtual ~ServiceControl() = default;

    // Makes what runs equal to the configuration file, read anew; on failure everything is as it
    // was before. One that would remove every service is refused, unless the file says
    // `allow_empty` or the caller does.
    virtual ChangeResult reload(bool allowEmpty) = 0;
    // What it would do, line by line, without doing it.
    virtual ChangeResult planReload() = 0;

    virtual ChangeResult start(std::string_view service) = 0;
    // Drains for the service's drain_timeout, then cuts what is left. The listeners are closed.
    virtual ChangeResult stop(std::string_view service) = 0;
    // Takes no new clients and waits until the last one is gone or `limit` has passed; cuts
    // nothing. The service can be started again. Without a name: every service.
    virtual ChangeResult drain(std::string_view service, std::chrono::milliseconds limit) = 0;
    virtual ChangeResult restart(std::string_view service) = 0;
    // Changes a limit, timeout or access rule of a running service until the next reload.
    virtual ChangeResult set(std::string_view service, std::string_view key,
                             std::string_view value) = 0;
    // Cuts one connection, or every one of a service.
    virtual ChangeResult killConnection(std::uint64_t id) = 0;
    virtual ChangeResult killService(std::string_view service) = 0;

protected:
    ServiceControl() = default;
};

}  // namespace berth::host
