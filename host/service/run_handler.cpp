// host/service/run_handler.cpp
#include "host/service/run_handler.h"

#include <exception>
#include <new>

#include "berth/errors.h"

namespace berth::host {
namespace {

ConnectionEnd endOfLost(const ConnectionRecord& record) noexcept {
    switch (record.cutReason()) {
        case CutReason::Killed:
            return ConnectionEnd::Killed;
        case CutReason::Drained:
            return ConnectionEnd::Drained;
        case CutReason::Lifetime:
            return ConnectionEnd::Lifetime;
        case CutReason::None:
            break;
    }
    return ConnectionEnd::Reset;
}

// A handler that failed for want of memory leaves none for its text.
Ending ending(ConnectionEnd end, const char* detail) noexcept {
    try {
        return {end, detail};
    } catch (const std::bad_alloc&) {
        return {end, {}};
    }
}

}  // namespace

Ending runHandler(Service& service, Connection& client, const ConnectionRecord& record) noexcept {
    using enum ConnectionEnd;
    try {
        service.handle(client);
        return {record.endOfInput() ? ClosedByClient : Finished, {}};
    } catch (const ConnectionLost& lost) {
        return ending(endOfLost(record), lost.what());
    } catch (const TimedOut& timeout) {
        return ending(record.writeTimeout() ? WriteTimeout : IdleTimeout, timeout.what());
    } catch (const berth::ProtocolError& error) {
        return ending(ConnectionEnd::ProtocolError, error.what());
    } catch (const std::exception& error) {
        return ending(Failed, error.what());
    } catch (...) {
        return ending(Failed, "an exception that is no std::exception");
    }
}

}  // namespace berth::host
