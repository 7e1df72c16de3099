// host/control/views/json_views.cpp - the typed data of replies; docs/control-protocol.md lists the
// keys.
#include "host/control/protocol/text.h"
#include "host/control/views/counters.h"
#include "host/control/views/views.h"

namespace berth::host::control {

Poco::JSON::Object::Ptr makeObject() {
    return new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER);
}

Poco::JSON::Array::Ptr toJson(const std::vector<std::string>& items) {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& item : items) array->add(printable(item));
    return array;
}

Poco::JSON::Object::Ptr toJson(const ServiceStatus& service) {
    auto object = makeObject();
    object->set("name", printable(service.name));
    object->set("kind", printable(service.kind));
    object->set("plugin", printable(service.plugin));
    object->set("plugin_version", printable(service.pluginVersion));
    object->set("generation", service.generation);
    object->set("addresses", toJson(service.addresses));
    object->set("engine", service.engine);
    object->set("state", std::string(stateWord(service)));
    object->set("reason", printable(service.reason));
    object->set("open", service.connections.open);
    object->set("total", service.connections.accepted);
    object->set("refused", service.connections.refused());
    return object;
}

Poco::JSON::Object::Ptr toJson(const PluginStatus& plugin) {
    auto object = makeObject();
    object->set("name", printable(plugin.name));
    object->set("version", printable(plugin.version));
    object->set("generation", plugin.generation);
    object->set("kinds", toJson(plugin.kinds));
    object->set("services", toJson(plugin.services));
    object->set("build_id", printable(plugin.buildId));
    object->set("path", printable(plugin.path));
    return object;
}

Poco::JSON::Object::Ptr toJson(const ConnectionStatus& connection) {
    auto object = makeObject();
    object->set("id", connection.id);
    object->set("service", printable(connection.service));
    object->set("peer", printable(connection.peer));
    object->set("local", printable(connection.local));
    object->set("age_ms", connection.age.count());
    object->set("idle_ms", connection.idle.count());
    object->set("bytes_in", connection.bytesIn);
    object->set("bytes_out", connection.bytesOut);
    object->set("generation", connection.generation);
    object->set("process", connection.process);
    return object;
}

Poco::JSON::Object::Ptr toJson(const PinStatus& pin) {
    auto object = makeObject();
    object->set("connection", pin.connection);
    object->set("service", printable(pin.service));
    object->set("plugin", printable(pin.plugin));
    object->set("version", printable(pin.version));
    object->set("generation", pin.generation);
    object->set("peer", printable(pin.peer));
    object->set("age_ms", pin.age.count());
    object->set("bytes_in", pin.bytesIn);
    object->set("bytes_out", pin.bytesOut);
    return object;
}

Poco::JSON::Object::Ptr toJson(const HostStatus& host) {
    auto object = makeObject();
    object->set("version", host.version);
    object->set("pid", host.pid);
    object->set("config_file", printable(host.configFile));
    object->set("uptime_ms", host.uptime.count());
    object->set("generation", host.generation);
    object->set("draining", host.draining);
    object->set("serving", host.services);
    object->set("connections", host.connections);
    Poco::JSON::Array::Ptr old = new Poco::JSON::Array;
    for (const auto pid : host.oldProcesses) old->add(pid);
    object->set("old_processes", old);
    return object;
}

Poco::JSON::Object::Ptr statsToJson(const ServiceStatus& service) {
    auto object = makeObject();
    object->set("name", printable(service.name));
    auto counters = makeObject();
    for (const auto& [name, countOf] : kCounters) {
        counters->set(std::string(name), countOf(service.connections));
    }
    object->set("counters", counters);
    Poco::JSON::Array::Ptr metrics = new Poco::JSON::Array;
    for (const auto& metric : service.metrics) {
        auto entry = makeObject();
        entry->set("name", printable(metric.name));
        entry->set("help", printable(metric.help));
        entry->set("type", metric.counter ? "counter" : "gauge");
        entry->set("value", metric.value);
        metrics->add(entry);
    }
    object->set("metrics", metrics);
    return object;
}

}  // namespace berth::host::control
