// cli/app/help_command.cpp
#include "cli/app/help_command.h"

#include <algorithm>
#include <string_view>

#include "berth/version.h"
#include "cli/app/failure.h"
#include "cli/app/suggestion.h"
#include "cli/app/utf8.h"

namespace berth::cli {
namespace {

std::string_view titleOf(Command::Group group) noexcept {
    switch (group) {
        case Command::Group::Host:
            return "Operate a running host";
        case Command::Group::Service:
            return "Talk to services";
        case Command::Group::Plugin:
            return "Check plugins";
        case Command::Group::Tool:
            break;
    }
    return "About this tool";
}

std::string groupText(const Console& console, const std::vector<Command>& commands,
                      Command::Group group, std::size_t width) {
    auto text = "\n" + console.styled(Style::Bold, titleOf(group)) + "\n";
    for (const auto& command : commands) {
        if (command.group != group) continue;
        text += "  " + padded(command.name, width) + "  " + command.summary + "\n";
    }
    return text;
}

std::string usageLines(const Console& console, const Command& command) {
    const auto start = "berth " + command.name + " [OPTION...]";
    std::string text;
    for (const auto form : formsOf(command.usage)) {
        text += text.empty() ? console.styled(Style::Bold, "Usage:") + ' ' : std::string(7, ' ');
        text += start + (form.empty() ? "" : ' ' + std::string(form)) + '\n';
    }
    return text;
}

std::string optionLabel(const Option& option) {
    return (option.shortName.empty() ? "    " : "-" + option.shortName + ", ") + "--" +
           option.name + (option.argument.empty() ? "" : " " + option.argument);
}

int runHelp(const Invocation& call) {
    const auto& names = call.arguments.operands();
    if (names.empty()) {
        call.console.write(overview(call.console, call.commands));
        return 0;
    }
    for (const auto& name : names) {
        const auto* command = findCommand(call.commands, name);
        if (command == nullptr) {
            throw Failure(ExitCode::Usage, unknownCommandText(name, call.commands));
        }
        call.console.write(commandHelp(call.console, *command));
    }
    return 0;
}

}  // namespace

std::string versionText() {
    return "berth " BERTH_SDK_VERSION;
}

std::string overview(const Console& console, const std::vector<Command>& commands) {
    std::size_t width = 0;
    for (const auto& command : commands) {
        width = std::max(width, command.name.size());
    }
    auto text =
        console.styled(Style::Bold, "Usage:") + " berth [OPTION...] COMMAND [ARGUMENT...]\n";
    for (const auto group : {Command::Group::Host, Command::Group::Service, Command::Group::Plugin,
                             Command::Group::Tool}) {
        text += groupText(console, commands, group, width);
    }
    return text +
           "\nA command that is not listed is sent to the host as it is.\n"
           "berth help COMMAND tells more; berth --version tells the version.\n";
}

std::string commandHelp(const Console& console, const Command& command) {
    auto text = usageLines(console, command) + "\n" + command.summary + ".\n";
    if (!command.details.empty()) text += "\n" + command.details;
    if (command.options.empty()) return text;

    std::size_t width = 0;
    for (const auto& option : command.options) {
        width = std::max(width, optionLabel(option).size());
    }
    text += "\n" + console.styled(Style::Bold, "Options:") + "\n";
    for (const auto& option : command.options) {
        text += "  " + padded(optionLabel(option), width) + "  " + option.help + "\n";
    }
    return text;
}

Command helpCommand() {
    return {.name = "help",
            .usage = "[COMMAND...]",
            .summary = "Explains the tool or one of its commands",
            .details = {},
            .group = Command::Group::Tool,
            .options = {},
            .run = runHelp};
}

}  // namespace berth::cli
