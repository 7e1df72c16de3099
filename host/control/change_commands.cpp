// host/control/change_commands.cpp - verbs that change what runs; each reply tells the outcome.
#include "host/control/arguments.h"
#include "host/control/commands.h"

namespace berth::host::control {
namespace {

using ServiceChange = ChangeResult (Operations::*)(std::string_view);

Reply changeService(const CommandCall& call, ServiceChange change) {
    Arguments arguments(call.arguments, call.host);
    const auto service = arguments.service();
    arguments.end();
    return Reply::of((call.host.*change)(service));
}

}  // namespace

Reply runStart(CommandCall& call) {
    return changeService(call, &Operations::start);
}

Reply runStop(CommandCall& call) {
    return changeService(call, &Operations::stop);
}

Reply runRestart(CommandCall& call) {
    return changeService(call, &Operations::restart);
}

Reply runKill(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    if (arguments.take("service")) {
        const auto service = arguments.service();
        arguments.end();
        return Reply::of(call.host.killService(service));
    }
    const auto id = arguments.connectionId();
    arguments.end();
    return Reply::of(call.host.killConnection(id));
}

Reply runReload(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const bool planOnly = arguments.take("plan");
    arguments.end();
    return Reply::of(planOnly ? call.host.planReload() : call.host.reload());
}

Reply runLoad(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const std::string file(arguments.word("FILE"));
    std::optional<std::chrono::milliseconds> killAfter;
    if (arguments.take("kill-after")) killAfter = arguments.duration("TIME");
    arguments.end();
    return Reply::of(call.host.load(file, killAfter));
}

Reply runUnload(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const auto plugin = arguments.word("PLUGIN");
    arguments.end();
    return Reply::of(call.host.unload(plugin));
}

Reply runSet(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const auto service = arguments.service();
    const auto key = arguments.word("KEY");
    const auto value = arguments.word("VALUE");
    arguments.end();
    return Reply::of(call.host.set(service, key, value));
}

Reply runUpgrade(CommandCall& call) {
    Arguments arguments(call.arguments, call.host);
    const auto binary = arguments.optionalWord();
    arguments.end();
    auto reply = Reply::of(call.host.upgrade(binary ? std::filesystem::path(*binary) : ""));
    if (reply.ok()) reply.afterwards = [&host = call.host] { host.leave(); };
    return reply;
}

}  // namespace berth::host::control
