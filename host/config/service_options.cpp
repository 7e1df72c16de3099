// host/config/service_options.cpp - the table of the keys that every service has.
#include "host/config/service_options.h"

namespace berth::host {
namespace {

// In the order of the reference.
void describeAll(OptionTable<ServiceOptions>& table) {
    table
        .field("plugin", &ServiceOptions::plugin,
               "The kind of service, or a plugin's file. Not given: the section's name.")
        .structural();
    table
        .field("listen", &ServiceOptions::listen,
               "Where clients connect: `7002` (127.0.0.1), `*:7002`, `[::1]:7002`, `unix:PATH`, "
               "`unix:@NAME`, `systemd:NAME`; a name from services(5) may stand for the port, and "
               "port 0 lets "
               "the kernel choose.")
        .required()
        .structural();
    ListenOptions::describeFile(table);
    table.field("enabled", &ServiceOptions::enabled, "Whether the service is started.")
        .structural();
    EngineOptions::describe(table);
    ListenOptions::describeBacklog(table);
    AdmissionOptions::describe(table);
    TimeoutOptions::describe(table);
    ProbationOptions::describe(table);
    ClientSetupOptions::describe(table);
    ListenOptions::describeSockets(table);
}

}  // namespace

void ServiceOptions::describe(Schema<ServiceOptions>& schema) {
    OptionTable table(schema);
    describeAll(table);
}

const KeyMarks& ServiceOptions::marks() {
    static const auto marks = [] {
        OptionTable<ServiceOptions> table;
        describeAll(table);
        return table.marks();
    }();
    return marks;
}

void ServiceOptions::validate(SettingIssues& issues) const {
    if (listen.empty()) issues.at("listen", "listen needs at least one address");
    AdmissionOptions::validate(issues);
    TlsOptions::validate(issues);
}

}  // namespace berth::host
