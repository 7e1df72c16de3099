// cli/app/program.cpp
#include "cli/app/program.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "cli/app/failure.h"
#include "cli/app/help_command.h"
#include "cli/app/suggestion.h"
#include "cli/control/control_command.h"

namespace berth::cli {
namespace {

bool takesValue(const std::string& word, const std::vector<Option>& options) {
    return std::ranges::any_of(options, [&](const Option& option) {
        return !option.argument.empty() &&
               (word == "--" + option.name || word == "-" + option.shortName);
    });
}

// Where the command's name stands: options may come before it, such as `berth --json status`.
std::vector<std::string>::iterator commandName(std::vector<std::string>& words) {
    const auto options = controlOptions();
    auto word = words.begin();
    while (word != words.end() && word->starts_with('-')) {
        const bool skipValue = takesValue(*word, options) && std::next(word) != words.end();
        word += skipValue ? 2 : 1;
    }
    return word;
}

bool asksForHelp(const Command& command, const std::vector<std::string>& words) {
    std::size_t operands = 0;
    for (const auto& word : words) {
        if (word == "--" || operands >= command.freeAfter) return false;
        if (word == "--help" || word == "-h") return true;
        if (!word.starts_with('-')) ++operands;
    }
    return false;
}

}  // namespace

Program::Program(const Console& console, std::vector<Command> commands)
    : console_(console), commands_(std::move(commands)) {}

int Program::run(std::vector<std::string> words) const noexcept {
    try {
        return dispatch(std::move(words));
    } catch (const OutputClosed& error) {
        return toInt(error.code());
    } catch (const Failure& error) {
        console_.complain(error.what());
        return toInt(error.code());
    } catch (const Poco::Exception& error) {
        console_.complain(error.displayText());
    } catch (const std::exception& error) {
        console_.complain(error.what());
    } catch (...) {
        console_.complain("ended by an exception that is no std::exception");
    }
    return toInt(ExitCode::Software);
}

int Program::dispatch(std::vector<std::string> words) const {
    const auto name = commandName(words);
    if (name == words.end()) {
        const auto given = [&](const char* one, const char* other) {
            return std::ranges::any_of(words,
                                       [&](const auto& w) { return w == one || w == other; });
        };
        if (given("--version", "-V")) {
            console_.printLine(versionText());
            return 0;
        }
        if (given("--help", "-h")) {
            console_.write(overview(console_, commands_));
            return 0;
        }
        throw Failure(ExitCode::Usage, "no command given; berth help lists the commands");
    }
    const auto typed = *name;
    words.erase(name);
    if (const auto* command = findCommand(commands_, typed)) return invoke(*command, words);
    return invoke(unlistedCommand(typed), words);
}

int Program::invoke(const Command& command, const std::vector<std::string>& words) const {
    if (asksForHelp(command, words)) {
        console_.write(commandHelp(console_, command));
        return 0;
    }
    const Arguments arguments(command.name, words, command.options, command.freeAfter);
    return command.run({arguments, console_, commands_});
}

}  // namespace berth::cli
