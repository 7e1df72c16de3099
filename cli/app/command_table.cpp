// cli/app/command_table.cpp
#include "cli/app/command_table.h"

#include <algorithm>

#include "cli/app/completion_command.h"
#include "cli/app/help_command.h"
#include "cli/bench/bench_command.h"
#include "cli/control/control_command.h"
#include "cli/plugin/plugin_command.h"
#include "cli/put/put_command.h"
#include "cli/run/run_command.h"
#include "cli/talk/talk_command.h"

namespace berth::cli {

std::vector<Command> makeCommandTable() {
    auto table = controlCommands();
    table.push_back(putCommand());
    table.push_back(runCommand());
    table.push_back(talkCommand());
    table.push_back(benchCommand());
    table.push_back(pluginCommand());
    table.push_back(helpCommand());
    table.push_back(completionCommand());
    return table;
}

const Command* findCommand(const std::vector<Command>& commands, const std::string& name) noexcept {
    const auto found = std::ranges::find(commands, name, &Command::name);
    return found == commands.end() ? nullptr : &*found;
}

}  // namespace berth::cli
