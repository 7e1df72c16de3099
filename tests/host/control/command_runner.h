// tests/host/control/command_runner.h - runs requests as a trusted client, without a socket.
#pragma once

#include <unistd.h>

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "fake_operations.h"
#include "host/control/commands/dispatcher.h"

namespace berth::test {

class CommandRunner {
public:
    [[nodiscard]] FakeOperations& host() noexcept { return host_; }
    // The client of later requests is gone.
    void abandon() { abandoned_ = true; }

    host::control::Reply run(std::string_view line) {
        const auto request = std::get<host::control::Request>(host::control::parseRequest(line));
        host::control::Caller caller;
        caller.local = true;
        caller.uid = ::geteuid();
        host::control::Login login(credentials_, caller);
        return dispatcher_.run(request, caller, login, [this] { return abandoned_; });
    }
    std::string text(std::string_view line) { return host::control::toText(run(line)); }
    std::string json(std::string_view line) { return host::control::toJsonLine(run(line)); }

private:
    FakeOperations host_;
    host::control::Credentials credentials_{{}, {}, host::control::AuthThrottle({})};
    host::control::Dispatcher dispatcher_{host_.operations(), {}};
    bool abandoned_ = false;
};

}  // namespace berth::test
