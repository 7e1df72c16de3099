// host/control/auth/login.cpp
#include "host/control/auth/login.h"

#include "host/control/auth/token.h"

namespace berth::host::control {

Login::Attempt Login::show(std::string_view token) {
    if (sameToken(credentials_.token, token)) {
        granted_ = true;
        return {true, false, {}};
    }
    ++failures_;
    const auto delay = credentials_.throttle.failed(source_);
    return {false, failures_ >= credentials_.throttle.policy().attempts, delay};
}

std::string Login::howTo() const {
    const auto where = loopback_ ? credentials_.tokenFile.string() : "the host's token_file";
    return "authenticate first: auth TOKEN; the token is in " + where;
}

}  // namespace berth::host::control
