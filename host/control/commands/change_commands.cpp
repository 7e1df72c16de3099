// host/control/commands/change_commands.cpp - verbs that change what runs; each reply tells the
// outcome.
#include "host/control/commands/arguments.h"
#include "host/control/commands/commands.h"

namespace berth::host::control {
namespace {

using ServiceChange = ChangeResult (ServiceControl::*)(std::string_view);

Reply changeService(const CommandCall& call, ServiceChange change) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto service = arguments.service();
    arguments.end();
    return Reply::of((call.host.services.*change)(service));
}

}  // namespace

Reply runStart(CommandCall& call) {
    return changeService(call, &ServiceControl::start);
}

Reply runStop(CommandCall& call) {
    return changeService(call, &ServiceControl::stop);
}

Reply runRestart(CommandCall& call) {
    return changeService(call, &ServiceControl::restart);
}

Reply runKill(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
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
    Arguments arguments(call.arguments, call.host.inventory);
    const bool planOnly = arguments.take("plan");
    const bool allowEmpty = !planOnly && arguments.take("remove-all");
    arguments.end();
    return Reply::of(planOnly ? call.host.services.planReload()
                              : call.host.services.reload(allowEmpty));
}

Reply runLoad(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const std::string file(arguments.word("FILE"));
    std::optional<std::chrono::milliseconds> killAfter;
    if (arguments.take("kill-after")) killAfter = arguments.duration("TIME");
    arguments.end();
    return Reply::of(call.host.plugins.load(file, killAfter));
}

Reply runUnload(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto plugin = arguments.word("PLUGIN");
    arguments.end();
    return Reply::of(call.host.plugins.unload(plugin));
}

Reply runSet(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto service = arguments.service();
    const auto key = arguments.word("KEY");
    const auto value = arguments.word("VALUE");
    arguments.end();
    return Reply::of(call.host.services.set(service, key, value));
}

Reply runUpgrade(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto binary = arguments.optionalWord();
    arguments.end();
    auto reply = Reply::of(call.host.process.upgrade(binary ? std::filesystem::path(*binary) : ""));
    if (reply.ok()) reply.afterwards = [&process = call.host.process] { process.leave(); };
    return reply;
}

}  // namespace berth::host::control
