// host/change/change_result.cpp
#include "host/change/change_result.h"

namespace berth::host {

std::string_view toString(ChangeError error) noexcept {
    switch (error) {
        case ChangeError::NotFound:
            return "not-found";
        case ChangeError::BadConfig:
            return "bad-config";
        case ChangeError::BadValue:
            return "bad-value";
        case ChangeError::BadPlugin:
            return "bad-plugin";
        case ChangeError::Address:
            return "address";
        case ChangeError::LogFile:
            return "log";
        case ChangeError::Conflict:
            return "conflict";
        case ChangeError::Timeout:
            return "timeout";
        case ChangeError::Refused:
            return "refused";
        case ChangeError::Failed:
            break;
    }
    return "failed";
}

}  // namespace berth::host
