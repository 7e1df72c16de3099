// berth/errors.h - what a Connection throws. Handlers let these pass: the engine closes the
// connection, counts it and logs how it ended.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

#include "berth/api.h"

namespace berth {

// The client is gone (reset, broken pipe), or the host cut the connection (kill, drain deadline).
class BERTH_API ConnectionLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    ~ConnectionLost() override;
};

// The client neither sent nor took a byte within the limit that applied.
class BERTH_API TimedOut : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    ~TimedOut() override;
};

// The client's bytes break the service's protocol in a way that ends the conversation.
class BERTH_API ProtocolError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    ~ProtocolError() override;
};

}  // namespace berth
