// host/control/login.cpp
#include "host/control/login.h"

#include "host/control/token.h"

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
    return "authenticate first: auth TOKEN; the token is in " + credentials_.tokenFile.string();
}

}  // namespace berth::host::control
