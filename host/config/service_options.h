// host/config/service_options.h - the ini keys that every service has.
#pragma once

#include <string>
#include <vector>

#include "host/admission/admission_options.h"
#include "host/engine/engine_options.h"
#include "host/listen/listen_options.h"
#include "host/net/listen_address.h"
#include "host/service/client_setup_options.h"
#include "host/service/probation_options.h"
#include "host/service/timeout_options.h"

namespace berth::host {

// Each base lies beside the class that obeys it.
struct ServiceOptions : ListenOptions,
                        EngineOptions,
                        AdmissionOptions,
                        TimeoutOptions,
                        ProbationOptions,
                        ClientSetupOptions {
    std::string plugin;                 // kind or file; empty: the section's name
    std::vector<ListenAddress> listen;  // at least one
    bool enabled = true;

    static void describe(Schema<ServiceOptions>& schema);
    // Which keys change while a service runs.
    [[nodiscard]] static const KeyMarks& marks();
    void validate(SettingIssues& issues) const;

    bool operator==(const ServiceOptions&) const = default;
};

}  // namespace berth::host
