// host/control/command_table.cpp
#include "host/control/command_table.h"

#include <algorithm>
#include <array>

#include "berth/words.h"
#include "host/control/commands.h"

namespace berth::host::control {
namespace {

using Words = std::span<const std::string>;

bool always(Words) {
    return true;
}
bool withArguments(Words arguments) {
    return !arguments.empty();
}
bool unlessPlan(Words arguments) {
    return arguments.empty() || arguments.front() != "plan";
}

constexpr bool kOpen = false;  // works before auth
constexpr bool kLogin = true;

constexpr std::array kCommands{
    Command{"help", "help [VERB] | help complete WORD...",
            "Lists the requests, explains one, or tells what may follow the words of one.", runHelp,
            kOpen},
    Command{"ping", "ping", "Answers OK: the host is there.", runPing, kOpen},
    Command{"auth", "auth TOKEN", "Proves over TCP that you may ask for the rest.", runAuth, kOpen,
            always},
    Command{"quit", "quit", "Ends this control connection.", runQuit, kOpen},
    Command{"version", "version", "Shows the versions of the host and of its plugin ABI.",
            runVersion, kLogin},
    Command{"status", "status", "Shows the host and a line for each service.", runStatus, kLogin},
    Command{"services", "services", "Shows each service's state, plugin, generation and addresses.",
            runServices, kLogin},
    Command{"plugins", "plugins", "Shows each loaded plugin, its kinds and who uses it.",
            runPlugins, kLogin},
    Command{"connections", "connections [SERVICE]",
            "Lists the open connections of a service, or all.", runConnections, kLogin},
    Command{
        "show", "show [config|SERVICE] | show service NAME | show pins PLUGIN",
        "Prints the configuration in force as ini, secrets masked; or who keeps old generations of "
        "a plugin loaded.",
        runShow, kLogin},
    Command{"start", "start SERVICE", "Opens a service's listeners and serves.", runStart, kLogin,
            always},
    Command{"stop", "stop SERVICE",
            "Drains a service for its drain_timeout, then cuts what is left.", runStop, kLogin,
            always},
    Command{"drain", "drain [SERVICE] [LIMIT]",
            "Takes no new clients and waits, 30s unless LIMIT says, until the last one is gone.",
            runDrain, kLogin, always},
    Command{"restart", "restart SERVICE",
            "Makes a new service object for new clients; there is no gap.", runRestart, kLogin,
            always},
    Command{"kill", "kill ID | kill service NAME",
            "Cuts one connection, or every one of a service.", runKill, kLogin, always},
    Command{"reload", "reload [plan]",
            "Reads the configuration and applies it whole or not at all; plan only shows it.",
            runReload, kLogin, unlessPlan},
    Command{
        "load", "load FILE | load FILE kill-after TIME",
        "Loads a plugin file; services of its kinds go over to it. Clients finish on the old one, "
        "for their service's drain_timeout or for TIME.",
        runLoad, kLogin, always},
    Command{"unload", "unload PLUGIN", "Lets go of a plugin that no service uses.", runUnload,
            kLogin, always},
    Command{"set", "set SERVICE KEY VALUE",
            "Changes a limit, timeout or access rule until the next reload.", runSet, kLogin,
            always},
    Command{"log", "log [debug|information|warning|error|reopen]",
            "Shows or sets the log level, or opens the log files anew.", runLog, kLogin,
            withArguments},
    Command{"stats", "stats [SERVICE]", "Shows every counter and the plugins' own numbers.",
            runStats, kLogin},
    Command{
        "wait", "wait serving|stopped|idle|drained [SERVICE] [LIMIT] | wait drained PLUGIN [LIMIT]",
        "Waits, 30s unless LIMIT says, until a service or all are in that state, or until nobody "
        "keeps an old generation of a plugin.",
        runWait, kLogin},
    Command{"upgrade", "upgrade [PATH]",
            "Starts the berthd at its own path, or PATH, which takes over; this one drains.",
            runUpgrade, kLogin, always},
    Command{"shutdown", "shutdown [now]",
            "Ends the host after draining; now cuts the clients instead.", runShutdown, kLogin,
            always},
};

}  // namespace

std::span<const Command> commandTable() {
    return kCommands;
}

const Command* findCommand(std::string_view name) {
    const auto found = std::ranges::find(kCommands, name, &Command::name);
    return found == kCommands.end() ? nullptr : &*found;
}

std::string unknownCommand(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& command : kCommands) names.emplace_back(command.name);
    auto text = "there is no request \"" + std::string(name) + '"';
    const auto nearest = closestWord(name, names);
    if (nearest) return text + "; did you mean \"" + *nearest + "\"?";
    return text + "; help lists them";
}

}  // namespace berth::host::control
