// host/control/auth/login.h - what one control client has proved of itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "host/control/auth/auth_throttle.h"
#include "host/control/auth/caller.h"

namespace berth::host::control {

// What all clients prove themselves by. Threads: any.
struct Credentials {
    std::string token;                // empty: there is no way in over TCP
    std::filesystem::path tokenFile;  // where a person finds it
    AuthThrottle throttle;
};

// Threads:  used by its client's thread only.
// Lifetime: refers to the credentials, which outlive it.
class Login {
public:
    Login(Credentials& credentials, const Caller& caller)
        : credentials_(credentials),
          source_(caller.source),
          loopback_(caller.loopback),
          granted_(caller.trusted()) {}

    struct Attempt {
        bool granted = false;
        bool last = false;                   // too many failures: the connection is to be cut
        std::chrono::milliseconds delay{0};  // to hold the reply back
    };
    Attempt show(std::string_view token);

    [[nodiscard]] bool granted() const noexcept { return granted_; }
    // True when credentials of the kernel decide and no token is needed.
    [[nodiscard]] bool local() const noexcept { return source_.empty(); }
    // `authenticate first: auth TOKEN; the token is in FILE`. Where the file lies is told to nobody
    // on another machine.
    [[nodiscard]] std::string howTo() const;

private:
    Credentials& credentials_;
    std::string source_;
    bool loopback_;
    bool granted_;
    std::size_t failures_ = 0;
};

}  // namespace berth::host::control
