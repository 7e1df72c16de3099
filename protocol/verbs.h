// protocol/verbs.h - the requests of the control port: one table for the port, the tool and the
// docs.
#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace berth::protocol {

struct Verb {
    std::string_view name;
    // `[X]` may be left out, `a|b` is a choice, capitals stand for a value, ` | ` parts two forms.
    std::string_view usage;
    std::string_view help;  // sentences; the first one says it all in a list
    // It may wait for another change, for clients or for a plugin.
    bool takesTime = false;
    // Its first operand is a path, which a tool makes absolute: the host has another folder.
    bool takesFile = false;
    // It concerns the connection on which it is sent, so that a tool has no command for it.
    bool ofSession = false;
};

// In the order in which help lists them.
inline constexpr std::array kVerbs{
    Verb{.name = "help",
         .usage = "help [VERB] | help complete WORD...",
         .help = "Lists the requests, explains one, or tells what may follow the words of one.",
         .ofSession = true},
    Verb{.name = "ping", .usage = "ping", .help = "Answers OK: the host is there."},
    Verb{.name = "auth",
         .usage = "auth TOKEN",
         .help = "Proves over TCP that you may ask for the rest.",
         .ofSession = true},
    Verb{.name = "quit",
         .usage = "quit",
         .help = "Ends this control connection.",
         .ofSession = true},
    Verb{.name = "version",
         .usage = "version",
         .help = "Shows the versions of the host and of its plugin ABI."},
    Verb{
        .name = "status", .usage = "status", .help = "Shows the host and a line for each service."},
    Verb{.name = "services",
         .usage = "services",
         .help = "Shows each service's state, plugin, generation and addresses."},
    Verb{.name = "plugins",
         .usage = "plugins",
         .help = "Shows each loaded plugin, its kinds and who uses it."},
    Verb{.name = "connections",
         .usage = "connections [SERVICE]",
         .help = "Lists the open connections of a service, or all."},
    Verb{.name = "show",
         .usage = "show [config|SERVICE] | show service NAME | show pins PLUGIN",
         .help = "Prints the configuration in force as ini, secrets masked. With pins: who keeps "
                 "old generations of a plugin loaded."},
    Verb{.name = "start",
         .usage = "start SERVICE",
         .help = "Opens a service's listeners and serves.",
         .takesTime = true},
    Verb{.name = "stop",
         .usage = "stop SERVICE",
         .help = "Drains a service for its drain_timeout, then cuts what is left.",
         .takesTime = true},
    Verb{.name = "drain",
         .usage = "drain [SERVICE] [LIMIT]",
         .help = "Takes no new clients and waits for the last one. It waits for 30s, unless LIMIT "
                 "says.",
         .takesTime = true},
    Verb{.name = "restart",
         .usage = "restart SERVICE",
         .help = "Makes a new service object for new clients, without a gap.",
         .takesTime = true},
    Verb{.name = "kill",
         .usage = "kill ID | kill service NAME",
         .help = "Cuts one connection, or every one of a service."},
    Verb{.name = "reload",
         .usage = "reload [plan|remove-all]",
         .help = "Reads the configuration and applies it whole or not at all. With plan it only "
                 "shows what would change; with remove-all it may remove every service.",
         .takesTime = true},
    Verb{.name = "load",
         .usage = "load FILE | load FILE kill-after TIME",
         .help = "Loads a plugin file; services of its kinds go over to it. Clients finish on the "
                 "old one, for their service's drain_timeout or for TIME.",
         .takesTime = true,
         .takesFile = true},
    Verb{.name = "unload",
         .usage = "unload PLUGIN",
         .help = "Lets go of a plugin that no service uses.",
         .takesTime = true},
    Verb{.name = "set",
         .usage = "set SERVICE KEY VALUE",
         .help = "Changes a limit, timeout or access rule until the next reload.",
         .takesTime = true},
    Verb{.name = "log",
         .usage = "log [debug|information|warning|error|reopen]",
         .help = "Shows or sets the log level, or opens the log files anew."},
    Verb{.name = "stats",
         .usage = "stats [SERVICE]",
         .help = "Shows every counter and the plugins' own numbers."},
    Verb{.name = "wait",
         .usage = "wait serving|stopped|idle|drained [SERVICE] [LIMIT] | wait drained PLUGIN "
                  "[LIMIT]",
         .help = "Waits until a service, or all, are in that state. With a plugin it waits until "
                 "nobody keeps an old generation of it. It waits for 30s, unless LIMIT says.",
         .takesTime = true},
    Verb{.name = "upgrade",
         .usage = "upgrade [PATH]",
         .help = "Starts the berthd at its own path, or PATH, which takes over; this one drains.",
         .takesTime = true,
         .takesFile = true},
    Verb{.name = "shutdown",
         .usage = "shutdown [now]",
         .help = "Ends the host after draining; now cuts the clients instead."},
};

// The row of that name. An unknown name does not compile.
[[nodiscard]] consteval const Verb& verb(std::string_view name) {
    const auto* found = std::ranges::find(kVerbs, name, &Verb::name);
    if (found == kVerbs.end()) throw std::invalid_argument("there is no such verb");
    return *found;
}

}  // namespace berth::protocol
