// host/engine/poco_errors.h - turns what Poco throws into what a Connection may throw.
#pragma once

#include <Poco/Exception.h>

#include <cerrno>

#include "berth/errors.h"

namespace berth::host {

template <class Call>
auto translated(const char* timeoutText, Call&& call) {
    try {
        return call();
    } catch (const Poco::TimeoutException&) {
        throw TimedOut(timeoutText);
    } catch (const Poco::Exception& error) {
        // What Poco makes of a send that met SO_SNDTIMEO.
        if (error.code() == EAGAIN) throw TimedOut(timeoutText);
        throw ConnectionLost(error.displayText());
    }
}

inline constexpr auto kNothingSent = "the client sent nothing within the idle timeout";
inline constexpr auto kNothingTaken = "the client took nothing within the write timeout";

}  // namespace berth::host
