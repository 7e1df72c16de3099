// plugins/upload/linger.h - closes so that a client that is still sending reads our last words.
#pragma once

#include "berth/connection.h"

namespace berth::upload {

// A socket closed with bytes unread sends a reset, which throws away what we wrote. So: half-close,
// then take what comes until the client ends too, for a limited time and a limited number of bytes.
//
// Throws: nothing that the client can cause; the connection is over either way.
void linger(Connection& client);

}  // namespace berth::upload
