// host/control/commands/command.h - one verb of the control port, and what its function is given.
#pragma once

#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/control/protocol/reply.h"
#include "host/operate/operations.h"
#include "protocol/verbs.h"

namespace berth::host::control {

class Login;

// One request of one client on its way through a command.
struct CommandCall {
    const Operations& host;
    std::span<const std::string> arguments;  // the words after the verb
    Login& login;                            // what the client has proved of itself
    const std::function<bool()>& abandoned;  // the client is gone: long waits end
};

// What the port does for a verb.
struct Command : protocol::Verb {
    Reply (*run)(CommandCall& call);
    bool needsLogin = true;
    // Whether a request with these arguments goes to the audit log; null: never.
    bool (*audited)(std::span<const std::string> arguments) = nullptr;
};

// Ends a command with `ERR code text`.
class CommandError : public std::runtime_error {
public:
    CommandError(std::string code, const std::string& text)
        : std::runtime_error(text), code_(std::move(code)) {}
    [[nodiscard]] const std::string& code() const noexcept { return code_; }

private:
    std::string code_;
};

// The words after the verb do not fit its usage; the reply shows the usage.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace berth::host::control
