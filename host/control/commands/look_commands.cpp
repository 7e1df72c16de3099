// host/control/commands/look_commands.cpp - verbs that show what the host does and change nothing.
#include <utility>

#include "host/base/phrases.h"
#include "host/control/commands/arguments.h"
#include "host/control/commands/commands.h"
#include "host/control/protocol/text.h"
#include "host/control/views/views.h"

namespace berth::host::control {
namespace {

void endWithoutArguments(const CommandCall& call) {
    Arguments(call.arguments, call.host.inventory).end();
}

// The services that the only, optional argument names.
std::vector<ServiceStatus> selectedServices(const CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto name = arguments.optionalService();
    arguments.end();
    if (name.empty()) return call.host.inventory.services();
    auto service = call.host.inventory.service(name);
    // It may have gone since its name was checked.
    if (!service) throw CommandError("not-found", unknownService(name, call.host.inventory));
    return {*std::move(service)};
}

Reply withData(Reply reply, const Poco::Dynamic::Var& data) {
    reply.data = data;
    return reply;
}

Reply showPins(Arguments& arguments, const Inventory& host) {
    const auto plugin = arguments.plugin();
    arguments.end();
    const auto pins = host.pins(plugin);
    return withData(Reply::success(counted(pins.size(), "connection") +
                                       (pins.size() == 1 ? " keeps" : " keep") +
                                       " an old generation of " + plugin,
                                   pinLines(pins)),
                    toJsonArray(pins));
}

std::string oldProcesses(const HostStatus& host) {
    std::string text;
    for (const auto pid : host.oldProcesses) {
        text += ", process " + std::to_string(pid) + " drains behind it";
    }
    return text;
}

}  // namespace

Reply runStatus(CommandCall& call) {
    endWithoutArguments(call);
    const auto host = call.host.status();
    const auto services = call.host.inventory.services();
    auto data = toJson(host);
    data->set("services", toJsonArray(services));
    return withData(
        Reply::success(
            counted(host.services, "service") + ", " + counted(host.connections, "connection") +
                ", up " + roughly(host.uptime) + ", generation " + std::to_string(host.generation) +
                (host.draining ? ", draining" : "") + oldProcesses(host),
            statusLines(services)),
        data);
}

Reply runServices(CommandCall& call) {
    endWithoutArguments(call);
    const auto services = call.host.inventory.services();
    return withData(Reply::success(counted(services.size(), "service"), serviceLines(services)),
                    toJsonArray(services));
}

Reply runPlugins(CommandCall& call) {
    endWithoutArguments(call);
    const auto plugins = call.host.inventory.plugins();
    return withData(Reply::success(counted(plugins.size(), "plugin"), pluginLines(plugins)),
                    toJsonArray(plugins));
}

Reply runConnections(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    const auto service = arguments.optionalService();
    arguments.end();
    const auto connections = call.host.connections(service);
    return withData(Reply::success(counted(connections.size(), "connection"),
                                   connectionLines(connections, call.host.inventory.status().pid)),
                    toJsonArray(connections));
}

Reply runShow(CommandCall& call) {
    Arguments arguments(call.arguments, call.host.inventory);
    if (call.arguments.size() > 1 && arguments.take("pins"))
        return showPins(arguments, call.host.inventory);
    std::string service;
    if (call.arguments.size() == 2 && arguments.take("service")) {
        service = arguments.service();
    } else if (!arguments.take("config")) {
        service = arguments.optionalService();
    }
    arguments.end();
    return Reply::success(service.empty() ? "configuration in force" : "service " + service,
                          call.host.inventory.show(service));
}

Reply runStats(CommandCall& call) {
    const auto services = selectedServices(call);
    Poco::JSON::Array::Ptr data = new Poco::JSON::Array;
    for (const auto& service : services) data->add(statsToJson(service));
    return withData(Reply::success(counted(services.size(), "service"), statsLines(services)),
                    data);
}

}  // namespace berth::host::control
