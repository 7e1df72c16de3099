// host/control/session_commands.cpp - verbs about the control connection and the host's process.
#include "berth/abi.h"
#include "berth/version.h"
#include "host/control/arguments.h"
#include "host/control/command_table.h"
#include "host/control/commands.h"
#include "host/control/log_level.h"
#include "host/control/login.h"
#include "host/control/manual.h"
#include "host/control/text.h"
#include "host/control/views.h"
#include "host/phrases.h"

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
    auto words = completions(call.arguments.subspan(1), call.host);
    auto reply = Reply::success(counted(words.size(), "word"), words);
    reply.data = toJson(words);
    return reply;
}

}  // namespace

Reply runHelp(CommandCall& call) {
    if (!call.arguments.empty() && call.arguments.front() == "complete") return complete(call);
    Arguments arguments(call.arguments, call.host);
    const auto verb = arguments.optionalWord();
    arguments.end();
    if (verb) return explain(*verb);
    auto reply = Reply::success(std::to_string(commandTable().size()) + " requests", helpLines());
    reply.data = helpData();
    return reply;
}

Reply runPing(CommandCall& call) {
    Arguments(call.arguments, call.host).end();
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
    Arguments(call.arguments, call.host).end();
    auto reply = Reply::success("bye");
    reply.close = true;
    return reply;
}

Reply runVersion(CommandCall& call) {
    Arguments(call.arguments, call.host).end();
    const auto version = call.host.status().version;
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
    Arguments arguments(call.arguments, call.host);
    const auto wanted = arguments.optionalWord();
    arguments.end();
    if (wanted == "reopen") return Reply::of(call.host.reopenLogs());
    if (wanted) call.host.setLogLevel(parseLogLevel(*wanted));
    const std::string level(toString(call.host.logLevel()));
    auto reply = Reply::success("log level " + level);
    auto data = makeObject();
    data->set("level", level);
    reply.data = data;
    return reply;
}

Reply runShutdown(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const bool now = arguments.take("now");
    arguments.end();
    auto reply = Reply::success(now ? "ending now" : "draining, then ending");
    reply.close = true;
    reply.afterwards = [&host = call.host, now] { host.requestShutdown(now); };
    return reply;
}

}  // namespace berth::host::control
