// host/config/host_options.cpp - the tables of the keys of [host] and [control].
#include "host/config/host_options.h"

namespace berth::host {
namespace {

constexpr ByteCount kLeastStack{std::uint64_t{16} << 10};
constexpr ByteCount kMostStack{std::uint64_t{64} << 20};

using Table = OptionTable<HostOptions>;

// In the order of the reference.
void describeFiles(Table& table) {
    table.field("plugins", &HostOptions::plugins,
                "Folders that are searched for plugins, NAME.so.");
    table
        .field("include", &HostOptions::include,
               "More files with services; the last part of a path may be a pattern. Empty: none.")
        .mayBeEmpty();
    table.field("state", &HostOptions::state, "The folder for tokens and staged plugins.")
        .atStart();
    table.field("allow_empty", &HostOptions::allowEmpty,
                "Whether a reload may remove every service; otherwise it is refused, as of a file "
                "that was emptied by mistake.");
    table.field("watch", &HostOptions::watch,
                "Whether plugins, ini files and certificates that appear, change or leave take "
                "effect by themselves, as by a reload.");
    table
        .field("upgrade_timeout", &HostOptions::upgradeTimeout,
               "How long `upgrade` waits for the new process; then the old one goes on.")
        .range(std::chrono::milliseconds(100), std::chrono::milliseconds(std::chrono::hours(1)));
}

void describeLoopsAndPlugins(Table& table) {
    table
        .field("loops", &HostOptions::loops,
               "Threads that run the handlers of services with `engine = fibers`. 0: one for each "
               "processor.")
        .range(0, 1024)
        .atStart();
    table
        .field("stack_size", &HostOptions::stackSize,
               "The stack of a fiber. Memory is used only as far as a handler needs it.")
        .range(kLeastStack, kMostStack)
        .atStart();
    table
        .field("hang_report", &HostOptions::hangReport,
               "A handler that keeps its loop from turning is named in the log and in `status` by "
               "the time that it did so for so long. 0: never.")
        .range(std::chrono::milliseconds(0), std::chrono::milliseconds(std::chrono::hours(1)));
    table
        .field("max_generations", &HostOptions::maxGenerations,
               "How many versions of one plugin may be loaded at once while clients finish on old "
               "ones.")
        .range(2, 1000)
        .atStart();
    table
        .field(
            "load_timeout", &HostOptions::loadTimeout,
            "How long a plugin may take to load, to make its service, to test itself, and to end "
            "it.")
        .range(std::chrono::milliseconds(100), std::chrono::milliseconds(std::chrono::hours(1)))
        .atStart();
}

void describeAll(Table& table) {
    describeFiles(table);
    describeLoopsAndPlugins(table);
    LogOptions::describe(table);
}

}  // namespace

void HostOptions::describe(Schema<HostOptions>& schema) {
    Table table(schema);
    describeAll(table);
}

const KeyMarks& HostOptions::marks() {
    static const auto marks = [] {
        Table table;
        describeAll(table);
        return table.marks();
    }();
    return marks;
}

void HostOptions::validate(SettingIssues& issues) const {
    if (plugins.empty()) issues.at("plugins", "plugins needs at least one folder");
    if (state.empty()) issues.at("state", "state needs a folder");
    LogOptions::validate(issues);
}

void ControlOptions::describe(Schema<ControlOptions>& schema) {
    using Options = ControlOptions;
    schema
        .field("listen", &Options::listen,
               "Where operators connect. Not given: `127.0.0.1:7400` and "
               "`unix:control.sock` in the state folder. Empty: there is no control port.")
        .mayBeEmpty();
    schema.field("socket_mode", &Options::socketMode,
                 "The mode of the file of a Unix socket of `listen`. Whom it lets in may control "
                 "the host.");
    schema.field(
        "socket_owner", &Options::socketOwner,
        "To whom that file is given: `USER`, `USER:GROUP` or `:GROUP`. Not given: the host's "
        "own user, who alone may use it, and root.");
    schema.field("token_file", &Options::tokenFile,
                 "The file that holds the token; made at the first start. Not given: "
                 "`control.token` in the state folder.");
    schema
        .field("max_connections", &Options::maxConnections,
               "Most operators at once over TCP, and as many over Unix sockets.")
        .range(1, 1000);
    schema
        .field("idle_timeout", &Options::idleTimeout,
               "Closes a control connection that was silent for so long. 0: never.")
        .range(std::chrono::milliseconds(0),
               std::chrono::milliseconds(std::chrono::hours(20 * 24)));
    OptionTable table(schema);
    TlsOptions::describe(table, "TCP clients");
}

void ControlOptions::validate(SettingIssues& issues) const {
    TlsOptions::validate(issues);
}

}  // namespace berth::host
