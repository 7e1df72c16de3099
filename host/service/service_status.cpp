// host/service/service_status.cpp - the words for states.
#include "host/service/service_status.h"

namespace berth::host {

std::string_view toString(ServiceState state) noexcept {
    switch (state) {
        case ServiceState::Serving:
            return "serving";
        case ServiceState::Draining:
            return "draining";
        case ServiceState::Disabled:
            return "disabled";
        case ServiceState::Stopped:
            break;
    }
    return "stopped";
}

std::string_view stateWord(const ServiceStatus& service) noexcept {
    const bool hanging = service.hanging && service.state == ServiceState::Serving;
    return hanging ? "hanging" : toString(service.state);
}

}  // namespace berth::host
