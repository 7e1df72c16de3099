// host/service/run_handler.h - the one place where a handler is called.
#pragma once

#include <string>

#include "berth/connection.h"
#include "berth/service.h"
#include "host/engine/connection_record.h"
#include "host/log/access_log.h"

namespace berth::host {

// How a connection ended.
struct Ending {
    ConnectionEnd end = ConnectionEnd::Finished;
    std::string detail;  // what was thrown; may be empty
};

// Calls handle() and catches everything: an exception ends this client and nothing else. All of
// the plugin's objects that were thrown are gone when it returns.
[[nodiscard]] Ending runHandler(Service& service, Connection& client,
                                const ConnectionRecord& record) noexcept;

}  // namespace berth::host
