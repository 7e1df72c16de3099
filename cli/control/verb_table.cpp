// cli/control/verb_table.cpp
#include "cli/control/verb_table.h"

#include <array>

namespace berth::cli {
namespace {

constexpr std::array kVerbs{
    Verb{"status", "", "Shows the host and a line for each service"},
    Verb{"services", "", "Shows each service's state, plugin, generation and addresses"},
    Verb{"plugins", "", "Shows each loaded plugin, its kinds and who uses it"},
    Verb{"connections", "[SERVICE]", "Lists the open connections of a service, or all"},
    Verb{"show", "[config|SERVICE]", "Prints the configuration in force, secrets masked"},
    Verb{"stats", "[SERVICE]", "Shows every counter and the plugins' own numbers"},
    Verb{"start", "SERVICE", "Opens a service's listeners and serves", true},
    Verb{"stop", "SERVICE", "Drains a service, then cuts what is left", true},
    Verb{"drain", "[SERVICE] [LIMIT]", "Takes no new clients and waits for the last one", true},
    Verb{"restart", "SERVICE", "A new service object for new clients, without a gap", true},
    Verb{"kill", "ID | service NAME", "Cuts one connection, or every one of a service"},
    Verb{"reload", "[plan]", "Applies the configuration read anew; plan only shows it", true},
    Verb{"load", "FILE", "Loads a plugin; services of its kinds go over to it", true},
    Verb{"unload", "PLUGIN", "Lets go of a plugin that no service uses", true},
    Verb{"set", "SERVICE KEY VALUE", "Changes a limit until the next reload"},
    Verb{"log", "[LEVEL]", "Shows or sets the log level"},
    Verb{"wait", "STATE [SERVICE] [LIMIT]", "Waits for serving, stopped, idle or drained", true},
    Verb{"ping", "", "Asks whether the host is there"},
    Verb{"version", "", "Shows the versions of the host and of its plugin ABI"},
    Verb{"upgrade", "[PATH]", "A new berthd takes over the ports; the old one drains", true},
    Verb{"shutdown", "[now]", "Ends the host after draining; now cuts the clients", true},
};

}  // namespace

std::span<const Verb> verbTable() noexcept {
    return kVerbs;
}

}  // namespace berth::cli
