// host/control/commands/session_commands.cpp - verbs about the control connection and the host's
// process.
#include "berth/abi.h"
#include "berth/version.h"
#include "host/base/phrases.h"
#include "host/control/auth/login.h"
#include "host/control/commands/arguments.h"
#include "host/control/commands/command_table.h"
#include "host/control/commands/commands.h"
#include "host/control/commands/log_level.h"
#include "host/control/commands/manual.h"
#include "host/control/protocol/text.h"
#include "host/control/views/views.h"

namespace berth::host::control {
namespace {

Reply explain(std::string_view verb) {
    const auto* command = findCommand(verb);
    if (command == nullptr) throw CommandError("unknown", unknownCommand(verb));
    auto reply = Reply::success(std::string(command->usage), {std::string(command->help)});
    auto data = makeObject();
    data->set("usage", std::string(command->usage));
    data->set("help", std::string(command->help));
    reply.data = data;
    return reply;
}

// Names of services are for those who may see them.
Reply complete(const CommandCall& call) {
    if (!call.login.granted()) throw CommandError("denied", call.login.howTo());
    auto words = completions(call.arguments.subspan(1), call.host.inventory);
    auto reply = Reply::success(counted(words.size(), "word"), words);
    reply.data = toJson(words);
    return reply;
}

}  // namespace

Reply runHelp(CommandCall& call) {
    if (!call.arguments.empty() && call.arguments.front() == "complete") return complete(call);
    Arguments arguments(call.arguments, call.host.inventory);
    const auto verb = arguments.optionalWord();
    arguments.end();
    if (verb) return explain(*verb);
    auto reply = Reply::success(std::to_string(commandTable().size()) + " requests", helpLines());
    reply.data = helpData();
    return reply;
}

Reply runPing(CommandCall& call) {
    Arguments(call.arguments, call.host.inventory).end();
    return Reply::success("pong");
}

Reply runAuth(CommandCall& call) {
    // No error repeats a word here: it may be the token.
    if (call.arguments.size() != 1) throw UsageError("auth takes one word");
    if (call.login.local())
        return Reply::success("the socket's credentials already say who you are");
    const auto attempt = call.login.show(call.arguments.front());
    if (attempt.granted) return Reply::success("authenticated");
    auto reply =
        Reply::failure("denied", attempt.last ? "wrong token again; closing" : "wrong token");
    reply.delay = attempt.delay;
    reply.close = attempt.last;
    return reply;
}

Reply runQuit(CommandCall& call) {
    Arguments(call.arguments, call.host.inventory).end();
    auto reply = Reply::success("bye");
    reply.close = true;
    return reply;
}

Reply runVersion(CommandCall& call) {
    Arguments(call.arguments, call.host.inventory).end();
    const auto version = call.host.inventory.status().version;
    auto reply = Reply::success(
        "berthd " + version, {"sdk " BERTH_SDK_VERSION, "abi " + std::to_string(abi::kAbiNumber)});
    auto data = makeObject();
    data->set("version", version);
    data->set("sdk", std::string(BERTH_SDK_VERSION));
    data->set("abi", abi::kAbiNumber);
    reply.data = data;
    return reply;
}

Reply runLog(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto wanted = arguments.optionalWord();
    arguments.end();
    if (const auto refused = call.host.process.handedOver(); refused && wanted)
        return Reply::of(*refused);
    if (wanted == "reopen") return Reply::of(call.host.process.reopenLogs());
    if (wanted) call.host.process.setLogLevel(parseLogLevel(*wanted));
    const std::string level(toString(call.host.process.logLevel()));
    auto reply = Reply::success("log level " + level);
    auto data = makeObject();
    data->set("level", level);
    reply.data = data;
    return reply;
}

Reply runShutdown(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto how = arguments.take("now") ? Shutdown::Now : Shutdown::Drain;
    arguments.end();
    if (const auto refused = call.host.process.handedOver()) return Reply::of(*refused);
    auto reply = Reply::success(how == Shutdown::Now ? "ending now" : "draining, then ending");
    reply.close = true;
    reply.afterwards = [&process = call.host.process, how] { process.requestShutdown(how); };
    return reply;
}

}  // namespace berth::host::control
