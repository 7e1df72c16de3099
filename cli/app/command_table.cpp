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

std::vector<std::string_view> formsOf(std::string_view usage) {
    constexpr std::string_view kBetween = " | ";
    std::vector<std::string_view> forms;
    for (auto end = usage.find(kBetween); end != std::string_view::npos;
         end = usage.find(kBetween)) {
        forms.push_back(usage.substr(0, end));
        usage.remove_prefix(end + kBetween.size());
    }
    forms.push_back(usage);
    return forms;
}

const Command* findCommand(const std::vector<Command>& commands, const std::string& name) noexcept {
    const auto found = std::ranges::find(commands, name, &Command::name);
    return found == commands.end() ? nullptr : &*found;
}

}  // namespace berth::cli
