// berth/service.h - START HERE: the one class that the author of a plugin writes.
//
//     class Uppercase final : public berth::Service {
//     public:
//         Uppercase(const Settings& settings, berth::Context& context);
//         void handle(berth::Connection& client) override {
//             while (auto bytes = client.receive()) {
//                 toUpper(bytes);
//                 client.write(bytes);
//             }
//         }
//     };
//     BERTH_SERVICE("uppercase", Uppercase, Settings)     // from berth/export.h
#pragma once

#include "berth/api.h"
#include "berth/connection.h"
#include "berth/context.h"

namespace berth {

// One configured service: an ini section `[service:NAME]`. The constructor gets the checked
// settings and may throw; the host then reports the error and serves nothing under that name.
//
// Threads:  handle() runs for many clients at once: what belongs to one client lives in locals.
// Lifetime: made by the host through BERTH_SERVICE, destroyed by it after stop().
class BERTH_API Service {
public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service();

    // Serves one client; the connection is closed when it returns or throws. An exception other
    // than those of berth/errors.h is logged as the handler's failure and ends only this client.
    virtual void handle(Connection& client) = 0;

    // Called once after construction, before the first client. Throw when the service is not fit
    // to serve: the host then reports the text and serves nothing, or goes on with what served
    // before.
    virtual void selfTest() {}

    // Called once, after the last handle() returned. Threads that the plugin owns end here.
    virtual void stop() {}
};

}  // namespace berth
