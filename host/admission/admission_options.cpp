// host/admission/admission_options.cpp
#include "host/admission/admission_options.h"

#include <string>

namespace berth::host {

void AdmissionOptions::validate(SettingIssues& issues) const {
    if (maxPerClient > maxConnections) {
        issues.at("max_per_client", "max_per_client is more than max_connections, " +
                                        std::to_string(maxConnections) + ", and limits nothing");
    }
}

}  // namespace berth::host
