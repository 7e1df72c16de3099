// host/control/views/views.h - what the host tells of itself, as rows for people and JSON for
// programs.
#pragma once

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

#include "host/control/views/columns.h"
#include "host/operate/host_status.h"
#include "host/plugin/plugin_status.h"
#include "host/service/service_status.h"

namespace berth::host::control {

// Keys keep their order; numbers stay numbers, durations are milliseconds in keys that end in _ms.
[[nodiscard]] Poco::JSON::Object::Ptr makeObject();
[[nodiscard]] Poco::JSON::Array::Ptr toJson(const std::vector<std::string>& items);
[[nodiscard]] Poco::JSON::Object::Ptr toJson(const ServiceStatus& service);
[[nodiscard]] Poco::JSON::Object::Ptr toJson(const PluginStatus& plugin);
[[nodiscard]] Poco::JSON::Object::Ptr toJson(const ConnectionStatus& connection);
[[nodiscard]] Poco::JSON::Object::Ptr toJson(const PinStatus& pin);
[[nodiscard]] Poco::JSON::Object::Ptr toJson(const HostStatus& host);
// The counters of a service and its plugin's metrics.
[[nodiscard]] Poco::JSON::Object::Ptr statsToJson(const ServiceStatus& service);

// An array of the objects that toJson() makes.
template <class T>
[[nodiscard]] Poco::JSON::Array::Ptr toJsonArray(const std::vector<T>& items) {
    Poco::JSON::Array::Ptr array = new Poco::JSON::Array;
    for (const auto& item : items) array->add(toJson(item));
    return array;
}

// `shout  uppercase  127.0.0.1:7002  fibers  serving  12 open  90412 total  0 refused`
[[nodiscard]] std::vector<std::string> statusLines(const std::vector<ServiceStatus>& services);
// `shout  uppercase  plugin uppercase 0.1.0  generation 1  served by fibers on ...`
[[nodiscard]] std::vector<std::string> serviceLines(const std::vector<ServiceStatus>& services);
[[nodiscard]] std::vector<std::string> pluginLines(const std::vector<PluginStatus>& plugins);
// With a column for the process when one is not `own`.
[[nodiscard]] std::vector<std::string> connectionLines(
    const std::vector<ConnectionStatus>& connections, long own);
// `12  echo  generation 3  0.1.0  127.0.0.1:40112  age 5m  90 in  90 out`
[[nodiscard]] std::vector<std::string> pinLines(const std::vector<PinStatus>& pins);
// `shout  accepted  90412`, a line for each counter and metric.
[[nodiscard]] std::vector<std::string> statsLines(const std::vector<ServiceStatus>& services);

}  // namespace berth::host::control
