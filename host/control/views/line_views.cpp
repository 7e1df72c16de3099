// host/control/views/line_views.cpp - the bodies of replies as aligned lines.
#include <algorithm>

#include "host/control/protocol/text.h"
#include "host/control/views/counters.h"
#include "host/control/views/views.h"

namespace berth::host::control {
namespace {

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string labelled(std::string_view label, std::string_view value) {
    return std::string(label) + ' ' + cell(value);
}

}  // namespace

std::vector<std::string> statusLines(const std::vector<ServiceStatus>& services) {
    std::vector<Row> rows;
    for (const auto& service : services) {
        const auto& counts = service.connections;
        rows.push_back({cell(service.name), cell(service.kind), cell(service.addresses),
                        cell(service.engine), std::string(stateWord(service)),
                        number(counts.open) + " open", number(counts.accepted) + " total",
                        number(counts.refused()) + " refused", printable(service.reason)});
    }
    return alignColumns(rows, {5, 6, 7});
}

std::vector<std::string> serviceLines(const std::vector<ServiceStatus>& services) {
    std::vector<Row> rows;
    for (const auto& service : services) {
        rows.push_back({cell(service.name), std::string(stateWord(service)),
                        labelled("kind", service.kind), labelled("engine", service.engine),
                        labelled("plugin", service.plugin) + ' ' + cell(service.pluginVersion),
                        "generation " + number(service.generation),
                        "listen " + cell(service.addresses), printable(service.reason)});
    }
    return alignColumns(rows);
}

std::vector<std::string> pluginLines(const std::vector<PluginStatus>& plugins) {
    std::vector<Row> rows;
    for (const auto& plugin : plugins) {
        rows.push_back({cell(plugin.name), cell(plugin.version),
                        "generation " + number(plugin.generation), "kinds " + cell(plugin.kinds),
                        "services " + cell(plugin.services), cell(plugin.path)});
    }
    return alignColumns(rows);
}

std::vector<std::string> connectionLines(const std::vector<ConnectionStatus>& connections,
                                         long own) {
    const bool several = std::ranges::any_of(
        connections, [own](const ConnectionStatus& each) { return each.process != own; });
    std::vector<Row> rows;
    for (const auto& connection : connections) {
        rows.push_back({number(connection.id), cell(connection.service), cell(connection.peer),
                        cell(connection.local), "age " + roughly(connection.age),
                        "idle " + roughly(connection.idle), number(connection.bytesIn) + " in",
                        number(connection.bytesOut) + " out",
                        "generation " + number(connection.generation)});
        if (several) rows.back().push_back("process " + std::to_string(connection.process));
    }
    return alignColumns(rows, {0, 6, 7});
}

std::vector<std::string> pinLines(const std::vector<PinStatus>& pins) {
    std::vector<Row> rows;
    for (const auto& pin : pins) {
        rows.push_back({number(pin.connection), cell(pin.service),
                        "generation " + number(pin.generation), cell(pin.version), cell(pin.peer),
                        "age " + roughly(pin.age), number(pin.bytesIn) + " in",
                        number(pin.bytesOut) + " out"});
    }
    return alignColumns(rows, {0, 6, 7});
}

std::vector<std::string> statsLines(const std::vector<ServiceStatus>& services) {
    std::vector<Row> rows;
    for (const auto& service : services) {
        for (const auto& [name, countOf] : kCounters) {
            rows.push_back(
                {cell(service.name), std::string(name), number(countOf(service.connections))});
        }
        for (const auto& metric : service.metrics) {
            rows.push_back({cell(service.name), cell(metric.name), std::to_string(metric.value),
                            printable(metric.help)});
        }
    }
    return alignColumns(rows, {2});
}

}  // namespace berth::host::control
