// host/control/commands/command_table.cpp
#include "host/control/commands/command_table.h"

#include <algorithm>
#include <array>

#include "berth/words.h"
#include "host/control/commands/commands.h"

namespace berth::host::control {
namespace {

using protocol::verb;
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
    Command{verb("help"), runHelp, kOpen},
    Command{verb("ping"), runPing, kOpen},
    Command{verb("auth"), runAuth, kOpen, always},
    Command{verb("quit"), runQuit, kOpen},
    Command{verb("version"), runVersion, kLogin},
    Command{verb("status"), runStatus, kLogin},
    Command{verb("services"), runServices, kLogin},
    Command{verb("plugins"), runPlugins, kLogin},
    Command{verb("connections"), runConnections, kLogin},
    Command{verb("show"), runShow, kLogin},
    Command{verb("start"), runStart, kLogin, always},
    Command{verb("stop"), runStop, kLogin, always},
    Command{verb("drain"), runDrain, kLogin, always},
    Command{verb("restart"), runRestart, kLogin, always},
    Command{verb("kill"), runKill, kLogin, always},
    Command{verb("reload"), runReload, kLogin, unlessPlan},
    Command{verb("load"), runLoad, kLogin, always},
    Command{verb("unload"), runUnload, kLogin, always},
    Command{verb("set"), runSet, kLogin, always},
    Command{verb("log"), runLog, kLogin, withArguments},
    Command{verb("stats"), runStats, kLogin},
    Command{verb("wait"), runWait, kLogin},
    Command{verb("upgrade"), runUpgrade, kLogin, always},
    Command{verb("shutdown"), runShutdown, kLogin, always},
};
static_assert(std::ranges::equal(kCommands, protocol::kVerbs, {}, &Command::name,
                                 &protocol::Verb::name));

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
