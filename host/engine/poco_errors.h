// host/engine/poco_errors.h - turns what Poco throws into what a Connection may throw.
#pragma once

#include <Poco/Exception.h>

#include <openssl/err.h>

#include <cerrno>

#include "berth/errors.h"
#include "host/base/poco_text.h"

namespace berth::host {

// Before each call into a TLS socket: what an earlier one left behind on this thread is taken for
// this one's reason, OpenSSL's list of errors by OpenSSL, and errno by Poco since 1.13.
inline void clearTlsErrors() noexcept {
    ::ERR_clear_error();
    errno = 0;
}

template <class Call>
auto translated(const char* timeoutText, Call&& call) {
    try {
        return call();
    } catch (const Poco::TimeoutException&) {
        throw TimedOut(timeoutText);
    } catch (const Poco::Exception& error) {
        // What Poco makes of a send that met SO_SNDTIMEO.
        if (error.code() == EAGAIN) throw TimedOut(timeoutText);
        throw ConnectionLost(textOf(error));
    }
}

inline constexpr auto kNothingSent = "the client sent nothing within the idle timeout";
inline constexpr auto kNothingTaken = "the client took nothing within the write timeout";

}  // namespace berth::host
