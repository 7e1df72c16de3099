// cli/app/program.cpp
#include "cli/app/program.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <span>
#include <utility>

#include "berth/detail/one_line.h"
#include "cli/app/failure.h"
#include "cli/app/help_command.h"
#include "cli/app/suggestion.h"
#include "cli/control/control_command.h"

namespace berth::cli {
namespace {

// Options may be cut short: --token is --token-file.
bool means(const std::string& word, const Option& option) {
    return word.size() > 2 && word.starts_with("--")
               ? option.name.starts_with(word.substr(2, word.find('=') - 2))
               : word == "-" + option.shortName;
}

bool takesValue(const std::string& word, const std::vector<Option>& options) {
    return word.find('=') == std::string::npos &&
           std::ranges::any_of(options, [&](const Option& option) {
               return !option.argument.empty() && means(word, option);
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

// The value of an option that does not exist would be taken for the command.
void requireLongOptions(std::span<const std::string> words) {
    const auto options = controlOptions();
    for (const auto& word : words) {
        if (word.size() <= 2 || !word.starts_with("--") || word == "--help") continue;
        if (std::ranges::any_of(options, [&](const auto& each) { return means(word, each); }))
            continue;
        throw Failure(ExitCode::Usage, "unknown option " + word +
                                           " before the command; berth help status lists what may "
                                           "stand there");
    }
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
        console_.complain(detail::oneLine(error.displayText()));
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
    const auto* command = findCommand(commands_, typed);
    if (command == nullptr) requireLongOptions({words.begin(), name});
    words.erase(name);
    return invoke(command != nullptr ? *command : unlistedCommand(typed), words);
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
