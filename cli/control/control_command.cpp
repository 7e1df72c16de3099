// cli/control/control_command.cpp
#include "cli/control/control_command.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include "cli/app/failure.h"
#include "cli/app/suggestion.h"
#include "cli/control/control_client.h"
#include "cli/control/control_target.h"
#include "cli/control/print_reply.h"
#include "protocol/verbs.h"

namespace berth::cli {
namespace {

constexpr std::chrono::seconds kUsualSilence{30};

ControlClient connect(const Invocation& call, bool mayTakeLong) {
    const auto silence = mayTakeLong ? std::chrono::milliseconds(0) : kUsualSilence;
    return {findControlTarget(call.arguments), connectOptions(call.arguments, silence),
            call.console};
}

int request(ControlClient client, const Invocation& call, const std::vector<std::string>& words) {
    return call.arguments.has("json") ? printJsonReply(client, words, call.console)
                                      : printReply(client, words, call.console);
}

// Nobody to ask about an unlisted verb: a slip of the finger is likelier than a newer host.
bool meansNobodyToAsk(const Failure& error) noexcept {
    return error.code() == ExitCode::Unavailable || error.code() == ExitCode::Usage;
}

ControlClient connectForUnlisted(const std::string& verb, const Invocation& call) {
    try {
        return connect(call, true);
    } catch (const Failure& error) {
        if (!meansNobodyToAsk(error)) throw;
        throw Failure(ExitCode::Usage, unknownCommandText(verb, call.commands));
    }
}

std::vector<std::string> withVerb(const std::string& verb, const Arguments& arguments) {
    std::vector<std::string> words{verb};
    words.insert(words.end(), arguments.operands().begin(), arguments.operands().end());
    return words;
}

// The host would look for a relative path in its own folder, which the caller does not know.
std::string fileOfCaller(const std::string& word) {
    std::error_code ignored;
    const std::filesystem::path path(word);
    const bool isPath = word.find('/') != std::string::npos;
    if (!isPath && !std::filesystem::exists(path, ignored)) return word;
    const auto absolute = std::filesystem::absolute(path);
    // `..` behind a link leads elsewhere than its text says, so that one stays as it is.
    const bool climbs = std::ranges::find(path, "..") != path.end();
    return (climbs ? absolute : absolute.lexically_normal()).string();
}

std::vector<std::string> wordsOf(const protocol::Verb& verb, const Arguments& arguments) {
    auto words = withVerb(std::string(verb.name), arguments);
    if (verb.takesFile && words.size() > 1) words[1] = fileOfCaller(words[1]);
    return words;
}

// "ID | service NAME" for "kill ID | kill service NAME".
std::string operandsOf(const protocol::Verb& verb) {
    std::string operands;
    for (const auto form : formsOf(verb.usage)) {
        if (!operands.empty()) operands += " | ";
        operands += form.substr(std::min(verb.name.size() + 1, form.size()));
    }
    return operands;
}

Command verbCommand(const protocol::Verb& verb) {
    const auto end = verb.help.find(". ");
    const bool more = end != std::string_view::npos;
    return {.name = std::string(verb.name),
            .usage = operandsOf(verb),
            .summary = std::string(verb.help.substr(0, more ? end : verb.help.size() - 1)),
            .details = more ? std::string(verb.help.substr(end + 2)) + '\n' : std::string(),
            .group = Command::Group::Host,
            .options = controlOptions(),
            .run = [&verb](const Invocation& call) {
                return request(connect(call, verb.takesTime), call, wordsOf(verb, call.arguments));
            }};
}

Command rawCommand() {
    return {.name = "control",
            .usage = "REQUEST...",
            .summary = "Sends any request, such as `berth control help reload`",
            .details = {},
            .group = Command::Group::Host,
            .options = controlOptions(),
            .run = [](const Invocation& call) {
                if (call.arguments.operands().empty()) {
                    throw Failure(ExitCode::Usage,
                                  "control: no request given; try "
                                  "berth control help");
                }
                return request(connect(call, true), call, call.arguments.operands());
            }};
}

}  // namespace

std::vector<Option> controlOptions() {
    std::vector<Option> options{
        {"control", "c", "ADDRESS", "The control port: HOST:PORT, [::1]:PORT or unix:PATH."},
        {"config", "f", "FILE", "The host's ini, which names the control port and its token."},
        {"token-file", "", "FILE", "The token that opens the control port over TCP."},
        {"json", "j", "", "Print the reply as one JSON object on one line."}};
    const auto more = connectOptionRows(
        "Longest silence of the host; default 30s, none for what waits for clients.");
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

std::vector<Command> controlCommands() {
    std::vector<Command> commands;
    for (const auto& verb : protocol::kVerbs) {
        if (!verb.ofSession) commands.push_back(verbCommand(verb));
    }
    commands.push_back(rawCommand());
    return commands;
}

Command unlistedCommand(const std::string& verb) {
    return {.name = verb,
            .usage = "...",
            .summary = "Not known to the tool: sent to the host as it is",
            .details = {},
            .group = Command::Group::Host,
            .options = controlOptions(),
            .run = [verb](const Invocation& call) {
                return request(connectForUnlisted(verb, call), call,
                               withVerb(verb, call.arguments));
            }};
}

}  // namespace berth::cli
