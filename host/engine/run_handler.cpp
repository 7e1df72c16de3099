// host/engine/run_handler.cpp
#include "host/engine/run_handler.h"

#include <exception>

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

}  // namespace

Ending runHandler(Service& service, Connection& client, const ConnectionRecord& record) noexcept {
    using enum ConnectionEnd;
    try {
        service.handle(client);
        return {record.endOfInput() ? ClosedByClient : Finished, {}};
    } catch (const ConnectionLost& lost) {
        return {endOfLost(record), lost.what()};
    } catch (const TimedOut& timeout) {
        return {record.writeTimeout() ? WriteTimeout : IdleTimeout, timeout.what()};
    } catch (const berth::ProtocolError& error) {
        return {ConnectionEnd::ProtocolError, error.what()};
    } catch (const std::exception& error) {
        return {Failed, error.what()};
    } catch (...) {
        return {Failed, "an exception that is no std::exception"};
    }
}

}  // namespace berth::host
